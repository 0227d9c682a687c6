/**
 * README.md of a published network: a model card as the hub reads it, YAML in front of Markdown. It is in English whatever
 * the page's language is.
 */
import { viewCount } from '../../training/testViews.ts';
import { knownNormalization } from '../../weights/exportModel.ts';
import { englishFields } from '../configFields.ts';
import { describeModelInEnglish } from '../naming.ts';
import { netronUrl, repoUrl } from './links.ts';
import { ONNX_FILE, type Publication, WEIGHTS_FILE } from './publication.ts';

interface Place {
  /** `name/resnet-20` */
  readonly repo: string;
  readonly isPrivate: boolean;
  /** Opens the run on the page it comes from. */
  readonly runUrl: string;
}

const CIFAR10 = 'uoft-cs/cifar10';

export function modelCard(publication: Publication, { repo, isPrivate, runUrl }: Place): string {
  const { title, config, step, parameters, weightsFrom, snippet } = publication;
  const parts = [
    frontMatter(publication),
    `# ${plain(title)}`,
    `${capitalised(describeModelInEnglish(config.model))}; ${parameters.toLocaleString('en-US')} parameters. ` +
      `Trained for ${step.toLocaleString('en-US')} steps in a browser, on [Residual Playground](${runUrl}).` +
      (weightsFrom === null ? '' : ` It started from the weights of ${plain(weightsFrom)}.`),
    results(publication),
    '## Files',
    fileTable(publication),
    [
      `- [The network’s graph in Netron](${netronUrl(repo)})${isPrivate ? ' (once this model is public)' : ''}`,
      `- [The same run on Residual Playground](${runUrl}): its settings, to train it again`,
    ].join('\n'),
    '## Images',
    images(publication),
    '## Use',
    `\`\`\`python\n# ${repoUrl(repo)}/resolve/main/${WEIGHTS_FILE}\n${snippet}\`\`\``,
    '## Settings',
    settings(publication),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** JSON is YAML, too, whatever is in the text. */
const yaml = (value: unknown): string => JSON.stringify(value);

function frontMatter({ title, test, images }: Publication): string {
  const isCifar10 = images?.isCifar10 === true;
  const result =
    test === null
      ? []
      : [
          'model-index:',
          `- name: ${yaml(title)}`,
          '  results:',
          '  - task: {type: image-classification}',
          `    dataset: {name: CIFAR-10, type: ${CIFAR10}, split: test}`,
          `    metrics: [{type: accuracy, value: ${test.accuracy}}]`,
        ];
  return [
    '---',
    'library_name: pytorch',
    'pipeline_tag: image-classification',
    'tags: [resnet, residual-playground, onnx]',
    ...(isCifar10 ? [`datasets: [${CIFAR10}]`, 'metrics: [accuracy]', ...result] : []),
    '---',
  ].join('\n');
}

function results({ test, images, config }: Publication): string {
  if (test === null) return 'These weights have not been tested.';
  const percent = (100 * test.accuracy).toFixed(1);
  const views = viewCount(config.training);
  const seen = views === 1 ? '' : `, logits averaged over ${views} views of each image`;
  const of = images === null ? 'images' : `images of ${plain(images.title)}`;
  return `Accuracy on ${test.images.toLocaleString('en-US')} test ${of}: **${percent} %**, loss ${test.loss.toFixed(3)}${seen}.`;
}

function fileTable({ onnxInput }: Publication): string {
  const takes =
    onnxInput === 'pixels'
      ? '`pixels`: uint8 [N, H, W, 3], 0 to 255, RGB; normalised inside'
      : '`images`: float32 [N, 3, H, W], normalised';
  const rows = [
    [WEIGHTS_FILE, 'weights under torchvision’s names, with the config'],
    [ONNX_FILE, `the network, for ONNX Runtime; takes ${takes}`],
    ['config.json', 'the run config, for the page and its command line'],
    ['curves.csv', 'loss, accuracy and every layer’s gradient norm, step by step'],
  ];
  return [
    '| file | contents |',
    '| --- | --- |',
    ...rows.map(([file, what]) => `| ${file} | ${what} |`),
  ].join('\n');
}

function images({ config, images: set }: Publication): string {
  const { mean, std } = config.data;
  const numbers = `(${mean.join(', ')}), over the deviation (${std.join(', ')})`;
  const size = config.model.inputSize;
  const trainedOn =
    set === null
      ? ''
      : `Trained on ${plain(set.title)}, ${set.train.toLocaleString('en-US')} images. `;
  return knownNormalization(config.data) === null
    ? `${trainedOn}How the images of these weights are to be normalised is not known.`
    : `${trainedOn}Input: ${size}×${size} pixels between 0 and 1, minus the mean ${numbers}.`;
}

function settings({ config }: Publication): string {
  const rows = englishFields().map(({ label, show }) => `| ${label} | ${plain(show(config))} |`);
  return ['| setting | value |', '| --- | --- |', ...rows].join('\n');
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Text of any origin, which Markdown and HTML leave as it is. */
const plain = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>|#!~]/g, '\\$&').replaceAll(/\s+/g, ' ');
