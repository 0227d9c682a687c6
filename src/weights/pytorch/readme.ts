/** README.md of a continuation: two commands, and what equals the page. */
import { CIFAR10_MEAN, CIFAR10_STD } from '../../data/normalization.ts';
import type { RunConfig } from '../../model/config.ts';
import { networkName } from '../../model/networkName.ts';
import type { Continuation, ScriptImages } from './origin.ts';

/** Markdown. */
export function readmeText(continuation: Continuation): string {
  const { config, step, images } = continuation;
  const { steps, batchSize } = config.training;
  const isDone = step >= steps;
  const until = isDone ? ` --until ${2 * steps}` : '';
  const { inputSize: size } = config.model;
  const parts = [
    `# ${networkName(config.model)}, step ${step} of ${steps}`,
    'A run of Residual Playground, to be trained on in PyTorch (1.13 or newer, with torchvision and NumPy).',
    [
      '```',
      `python train.py${until}                          # one GPU, or the CPU`,
      `torchrun --nproc_per_node=8 train.py${until}     # eight GPUs`,
      '```',
    ].join('\n'),
    ...(isDone ? ['The run was at its last step; `--until` says how far to go on.'] : []),
    '`out/metrics.jsonl` gets a line a step, `out/checkpoint.pth` the state every 1000 steps and at the end. To resume ' +
      'after an interruption: `--checkpoint out/checkpoint.pth`. To start over with the weights that the page draws ' +
      'from the seed: `--from-scratch`. `--help` lists the rest.',
    `| file | holds |\n| --- | --- |\n${fileRows(images)}`,
    '## What equals the page',
    equalities(config, images),
    '## What does not',
    differences(config, images),
    '## Several GPUs',
    severalGpus(config, batchSize),
    '## Check it',
    'The losses of the same batches agree with the page’s to about 1e-7 relative in the first steps, and drift apart ' +
      'later, as sums of floats in two orders do. `--batches FILE` trains on ready-made batches: a safetensors file ' +
      `with \`images\` [n, 3, ${size}, ${size}] float32, normalised, and \`labels\` [n] int32, ${batchSize} a step. ` +
      'The page’s command line takes the same file: ' +
      '`npm run --silent headless -- train --config config.json --batches FILE --out out`.',
  ];
  return `${parts.join('\n\n')}\n`;
}

function fileRows({ kind, splits }: ScriptImages): string {
  const rows = [
    ['train.py', 'the network and its training, written for this run alone; yours to edit'],
    [
      'checkpoint.pth',
      '`torch.load(…, weights_only=True)`: `model`, `optimizer` (SGD with momentum), `step`, `config`',
    ],
    ['config.json', 'the run config, for the page and its command line'],
    ...(splits === null
      ? []
      : kind === 'cifar10'
        ? [
            [
              'train-images.npy, test-images.npy',
              'which of CIFAR-10’s images the page had, in its order',
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

function equalities({ model, training }: RunConfig, { kind, splits }: ScriptImages): string {
  const { crop, flip } = training.augment;
  return list([
    'Network, names of the parameters, weights, running statistics, momentum, step.',
    'Loss, SGD (weight decay on every parameter), learning rate of every step.',
    `Input: pixels / 255, minus (${CIFAR10_MEAN.join(', ')}), over (${CIFAR10_STD.join(', ')}).`,
    ...(kind === 'cifar10' && splits === null
      ? []
      : [
          'Which images a step sees: the page’s order depends on the seed alone, and `train.py` draws it alike.',
        ]),
    ...(crop || flip ? ['Crops and flips, image by image.'] : []),
    ...(model.dropout > 0 ? ['What dropout drops.'] : []),
    '`--from-scratch`: the weights that the page draws from this seed.',
  ]);
}

function differences(config: RunConfig, { kind, splits }: ScriptImages): string {
  return list([
    'Bits: sums are taken in another order.',
    ...microBatches(config),
    ...(config.training.precision === 'half'
      ? [
          'Precision: the page stored activations and their gradients as float16 between layers; `train.py` computes in float32 ' +
            'throughout.',
        ]
      : []),
    ...(kind === 'cifar10' && splits === null
      ? [
          'The order of the images. The page’s were not all there when this was saved, so `train.py` takes torchvision’s ' +
            'order, which the file of the page need not share. Save again after a step of training, and it is the page’s.',
        ]
      : []),
    ...(kind === 'cifar10'
      ? [
          `Tests are on all of CIFAR-10’s test images; \`--test-images ${config.data.test}\` takes as many as the page.`,
          'More images than the page had: `--train-images 50000`. The order of a step’s images is then another.',
        ]
      : []),
  ]);
}

function microBatches({ model, training }: RunConfig): string[] {
  const { batchSize, microBatchSize } = training;
  const isSplit = microBatchSize !== 'auto' && microBatchSize < batchSize;
  if (!isSplit || model.normalization === 'none') return [];
  return [
    `BatchNorm, and with it every loss: for want of memory the page put ${microBatchSize} of the ${batchSize} images ` +
      'through the network at a time and normalised each part by itself. `train.py` normalises the whole batch.',
  ];
}

function severalGpus({ model }: RunConfig, batchSize: number): string {
  const share =
    `The batch of ${batchSize} is shared: each of n GPUs takes ${batchSize} / n images of the batch that one GPU would ` +
    'take whole, and DistributedDataParallel averages the gradients. ';
  if (model.normalization === 'none') {
    return `${share}There is no BatchNorm, so that a step is the same on any number of GPUs.`;
  }
  return (
    `${share}BatchNorm normalises by the images of its own GPU alone, so that losses on several GPUs are not those of one, ` +
    `and ${batchSize} / n must not become small; the first GPU’s running statistics are tested with and saved. ` +
    '`--sync-batchnorm` normalises by the whole batch: slower, and equal to one GPU.'
  );
}
