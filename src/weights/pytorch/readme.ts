/** README.md of a continuation: two commands, and what is the same as on the page. */
import { isScaled } from '../../model/branchScale.ts';
import type { RunConfig } from '../../model/config.ts';
import { networkName } from '../../model/networkName.ts';
import type { Continuation, ScriptImages } from './origin.ts';
import { decayedWords, OPTIMIZERS } from './trainScript.ts';

/** Markdown. */
export function readmeText(continuation: Continuation): string {
  const { config, step, images } = continuation;
  const { steps, batchSize } = config.training;
  const isDone = step >= steps;
  const until = isDone ? ` --until ${2 * steps}` : '';
  const parts = [
    `# ${networkName(config.model)}, step ${step} of ${steps}`,
    'A run of Residual Playground, to continue in PyTorch (1.13 or newer, with torchvision and NumPy).',
    [
      '```',
      `python train.py${until}                          # one GPU, or the CPU`,
      `torchrun --nproc_per_node=8 train.py${until}     # eight GPUs`,
      '```',
    ].join('\n'),
    ...(isDone ? ['The run was at its last step; `--until` says at which step to stop.'] : []),
    '`out/metrics.jsonl` gets one line per step, `out/checkpoint.pth` the state every 1000 steps, at the end, and on ' +
      'Ctrl-C. To resume: `--checkpoint out/checkpoint.pth`. To start over with the weights that the page draws ' +
      'from the seed: `--from-scratch`. `--help` lists the rest.',
    `| file | contents |\n| --- | --- |\n${fileRows(config, images)}`,
    '## What is the same as on the page',
    equalities(continuation),
    '## What is not',
    differences(config, images),
    '## Several GPUs',
    severalGpus(config, batchSize),
    '## Check it',
    check(config),
  ];
  return `${parts.join('\n\n')}\n`;
}

function fileRows({ training }: RunConfig, { kind, splits }: ScriptImages): string {
  const rows = [
    ['train.py', 'the network and its training, written for this run alone, for you to edit'],
    [
      'checkpoint.pth',
      `\`torch.load(…, weights_only=True)\`: \`model\`, \`optimizer\` (${OPTIMIZERS[training.optimizer.type]}’s, its moments included)${training.averageDecay === undefined ? '' : ', `average` (the weights’ moving averages, which are tested)'}, \`step\`, \`config\``,
    ],
    ['config.json', 'the run config, for the page and its command line'],
    ...(splits === null
      ? []
      : kind === 'cifar10'
        ? [
            [
              'train-images.npy, test-images.npy',
              'which of CIFAR-10’s images the page had, and in which order',
            ],
          ]
        : [
            [
              'train-\\*.npy, test-\\*.npy',
              'the page’s images, [n, 32, 32, 3] bytes, and their labels',
            ],
          ]),
  ];
  return rows.map(([file, what]) => `| ${file} | ${what} |`).join('\n');
}

const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');

function equalities({ config, images, weightsSha256 }: Continuation): string {
  const { model, training, data } = config;
  const { kind, splits } = images;
  const { crop, flip, cutout = 0 } = training.augment;
  const { mixup = 0 } = training;
  return list([
    'Network, names of the parameters, weights, running statistics, the optimizer’s moments, step.',
    ...(weightsSha256 === undefined
      ? []
      : [
          `The SHA-256 of all weights and running statistics${training.averageDecay === undefined ? '' : ', averaged,'} as little-endian float32: \`${weightsSha256}\`.`,
        ]),
    ...(training.averageDecay === undefined
      ? []
      : [
          `Moving averages of weights and running statistics, decay ${training.averageDecay}; tests are of these.`,
        ]),
    `Loss, ${OPTIMIZERS[training.optimizer.type]} (weight decay on ${decayedWords(training)}), learning rate of every step.`,
    `Input: pixels / 255, minus (${data.mean.join(', ')}), over (${data.std.join(', ')}).`,
    ...(kind === 'cifar10' && splits === null
      ? []
      : [
          'The images of each step: the page’s order depends on the seed alone, and `train.py` draws the same.',
        ]),
    ...(crop || flip ? ['Crops and flips, image by image.'] : []),
    ...microBatches(config),
    ...(mixup > 0 ? ['Mixup: the weights of each step’s images.'] : []),
    ...(cutout > 0 ? ['The squares that cutout blanks.'] : []),
    ...(model.dropout > 0 ? ['The features that dropout drops.'] : []),
    ...(model.shortcuts && (model.shortcutDropout ?? 0) > 0
      ? ['What dropout drops of the shortcuts.']
      : []),
    ...(isScaled(model) && (model.survival ?? 1) < 1
      ? ['The branches that stochastic depth drops.']
      : []),
    '`--from-scratch`: the weights that the page draws from this seed.',
  ]);
}

function differences(config: RunConfig, { kind, splits }: ScriptImages): string {
  return list([
    'The last bits: sums are taken in another order.',
    ...(config.training.precision === 'half'
      ? [
          'Precision: the page stored activations and their gradients as float16 between layers; `train.py` computes in float32 ' +
            'throughout.',
        ]
      : []),
    ...(kind === 'cifar10' && splits === null
      ? [
          'The order of the images. The page had not loaded all of them when this was saved, so `train.py` uses torchvision’s ' +
            'order, which may differ. Save again after a step of training to get the page’s order.',
        ]
      : []),
    ...(kind === 'cifar10'
      ? [
          `Tests are on all of CIFAR-10’s test images; \`--test-images ${config.data.test}\` takes as many as the page.`,
          'To train on more images than the page had: `--train-images 50000`. This changes the order of the images.',
        ]
      : []),
  ]);
}

function microBatches({ model, training }: RunConfig): string[] {
  const { batchSize, microBatchSize } = training;
  const isSplit = microBatchSize !== 'auto' && microBatchSize < batchSize;
  if (!isSplit || model.normalization !== 'batch') return [];
  return [
    `BatchNorm: the page put ${microBatchSize} of the ${batchSize} images through the network at a time and normalised ` +
      'each part by itself.',
  ];
}

/** Three steps from the seed on the same batches, here and by the page's command line. */
function check({ model, training }: RunConfig): string {
  const { inputSize: size } = model;
  const file = `\`images\` [n, 3, ${size}, ${size}] float32, normalised, and \`labels\` [n] int32, ${training.batchSize} per step`;
  const isCut = 32 % size === 0;
  const made = isCut
    ? '`--write-batches` writes the first batches of the run to a safetensors file'
    : 'Put three batches into a safetensors file';
  const commands = [
    ...(isCut ? ['python train.py --write-batches batches.safetensors --steps 3'] : []),
    'python train.py --from-scratch --batches batches.safetensors --out here',
    'npm --prefix PROJECT run --silent headless -- train --config config.json --batches batches.safetensors --out page',
  ];
  return [
    `Both start from the seed’s weights and take the same three steps. PROJECT is the folder of Residual Playground’s source.`,
    ['```', ...commands, '```'].join('\n'),
    `${made}: ${file}. Batch i is that of step i, in both programs, also after a resume. Compare \`loss\` in ` +
      `\`here/metrics.jsonl\` and \`page/metrics.jsonl\`: ${closeness(model)}`,
  ].join('\n\n');
}

/** How near losses come, relative. */
function closeness({ normalization, activation }: RunConfig['model']): string {
  const norm = normalization === 'group' ? 'group norm' : 'BatchNorm';
  return normalization !== 'none' && activation === 'relu'
    ? 'they agree to about 1e-7 at the first step, 2e-5 at the second and 1e-3 at the third. That is how far PyTorch’s own ' +
        `float32 is from its float64: floats are added in another order, and behind ${norm} a ReLU turns the last bit of ` +
        'a number near 0 into a gradient or none.'
    : 'they agree to about 1e-7 at the first step and 1e-5 at the third, and drift apart later, because floats are added ' +
        'in another order.';
}

function severalGpus({ model }: RunConfig, batchSize: number): string {
  const share =
    `The batch of ${batchSize} is divided: each of n GPUs takes ${batchSize} / n of its images, and ` +
    'DistributedDataParallel averages the gradients. ';
  if (model.normalization !== 'batch') {
    return `${share}There is no BatchNorm, so a step is the same on any number of GPUs.`;
  }
  return (
    `${share}BatchNorm normalises by the images of its own GPU alone, so losses on several GPUs differ from those on one, ` +
    `and ${batchSize} / n must not become small. The first GPU’s running statistics are used for tests and saved. ` +
    '`--sync-batchnorm` normalises by the whole batch: slower, and the same as on one GPU.'
  );
}
