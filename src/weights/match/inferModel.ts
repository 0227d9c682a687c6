/** Infers the network that a file's tensors belong to, as far as names and shapes tell. */

import { BOTTLENECK_EXPANSION } from '../../model/block.ts';
import type { ModelConfig } from '../../model/config.ts';
import { ConfigError } from '../../model/errors.ts';
import { parseRunConfig } from '../../model/parse.ts';
import { describeShape } from '../read/shape.ts';
import { WeightsError } from '../weightsError.ts';
import { torchvisionNames } from './fileNames.ts';

/** A property of the network that leaves no trace in its weights. */
export interface OpenQuestion {
  readonly field: 'shortcuts' | 'order' | 'activation' | 'inputSize';
  readonly why: string;
}

interface InferredModel {
  readonly model: ModelConfig;
  /** What `model` merely assumes. */
  readonly open: readonly OpenQuestion[];
}

type Shapes = ReadonlyMap<string, readonly number[]>;

interface BlockShapes {
  readonly stage: number;
  readonly index: number;
  /** Of the convolutions, [out, in, kernel, kernel]. */
  readonly convolutions: readonly (readonly number[])[];
  readonly hasProjection: boolean;
}

const BLOCK = /^layer([1-9])\.(0|[1-9]\d{0,3})\.(.+)$/;
/** Names of weights in our own checkpoints: `0/weights/conv1.weight`. */
const CHECKPOINT_WEIGHTS = /^\d+\/weights\//;
const STEMS = new Map<number | undefined, ModelConfig['stem']>([
  [3, 'cifar'],
  [7, 'imagenet'],
]);

const fault = (message: string): never => {
  throw new WeightsError(message);
};

/**
 * The model config that has these tensors.
 * @param tensors by their names in the file.
 * @throws WeightsError naming the tensor that shows that this network cannot be built here.
 */
export function inferModel(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): InferredModel {
  const names = torchvisionNames([...tensors.keys()]);
  const shapes: Shapes = new Map(
    [...tensors].map(([fileName, { shape }]) => [names.get(fileName) ?? fileName, shape]),
  );
  const [stemWidth = 0, channels = 0, kernel] = convolution(shapes, 'conv1.weight');
  const stem = STEMS.get(kernel);
  if (stem === undefined || channels !== 3) {
    return fault(
      `conv1.weight is ${describeShape(shapes.get('conv1.weight') ?? [])}; a stem takes 3 channels through 3×3 or 7×7`,
    );
  }
  const blocks = readBlocks(shapes);
  const block = blocks[0]?.convolutions.length === 3 ? 'bottleneck' : 'basic';
  const stages = readStages(blocks, block);
  const normalized = [...shapes.keys()].some(
    (name) => name.endsWith('running_mean') || /(^|\.)bn\d\.weight$/.test(name),
  );
  const order = orderOf(shapes, normalized);
  const projection = projectionOf(blocks, stages, block, stemWidth);
  const [classes = 0] =
    shapes.get('fc.weight') ?? fault('there is no fc.weight (or linear.weight)');
  const stageWidths = stages.map(({ width }) => width);
  const model = checkedModel({
    stem,
    ...(stemWidth === stageWidths[0] ? {} : { stemWidth }),
    block,
    order,
    projection,
    stageDepths: stages.map(({ depth }) => depth),
    stageWidths,
    normalization: normalized ? 'batch' : 'none',
    classes,
  });
  return { model, open: openQuestions(model) };
}

function convolution(shapes: Shapes, name: string): readonly number[] {
  const shape = shapes.get(name);
  if (shape === undefined) {
    if ([...shapes.keys()].some((key) => CHECKPOINT_WEIGHTS.test(key))) {
      return fault('this is a checkpoint of training on this page, and is opened as one');
    }
    const some = [...shapes.keys()].slice(0, 4).join(', ');
    return fault(
      `these are not the tensors of a ResNet: there is no ${name} (the file begins with ${some})`,
    );
  }
  const [, , height, width] = shape;
  if (shape.length !== 4 || height !== width)
    fault(`${name} is ${describeShape(shape)}, no square convolution`);
  return shape;
}

/** All blocks, in order. */
function readBlocks(shapes: Shapes): BlockShapes[] {
  const parts = new Map<string, { stage: number; index: number; names: Set<string> }>();
  for (const name of shapes.keys()) {
    const [, stage, index, part] = BLOCK.exec(name) ?? [];
    if (part === undefined) continue;
    const key = `layer${stage}.${index}`;
    const block = parts.get(key) ?? {
      stage: Number(stage),
      index: Number(index),
      names: new Set(),
    };
    block.names.add(part);
    parts.set(key, block);
  }
  if (parts.size === 0) fault('there are no blocks: no tensor is called layer1.0.conv1.weight');
  const blocks = [...parts].map(([key, { stage, index, names }]) => {
    const count = names.has('conv3.weight') ? 3 : 2;
    const convolutions = Array.from({ length: count }, (_, i) =>
      convolution(shapes, `${key}.conv${i + 1}.weight`),
    );
    return { stage, index, convolutions, hasProjection: names.has('downsample.0.weight') };
  });
  return blocks.sort((a, b) => a.stage - b.stage || a.index - b.index);
}

interface Stage {
  readonly depth: number;
  readonly width: number;
}

function readStages(blocks: readonly BlockShapes[], block: ModelConfig['block']): Stage[] {
  const stages: Stage[] = [];
  const count = blocks.at(-1)?.stage ?? 0;
  for (let stage = 1; stage <= count; stage++) {
    const own = blocks.filter((candidate) => candidate.stage === stage);
    const gap = own.findIndex(({ index }, i) => index !== i);
    if (own.length === 0) fault(`there is a layer${count}, but no layer${stage}`);
    if (gap >= 0)
      fault(`layer${stage}.${gap} is missing, and layer${stage}.${own[gap]?.index} is there`);
    const [width = 0] = own[0]?.convolutions[0] ?? [];
    for (const { index, convolutions } of own) {
      const name = `layer${stage}.${index}`;
      if ((convolutions.length === 3) !== (block === 'bottleneck')) {
        fault(`${name} has ${convolutions.length} convolutions, layer1.0 another number`);
      }
      checkBlock(name, convolutions, width);
    }
    stages.push({ depth: own.length, width });
  }
  return stages;
}

/** Two 3×3 of the stage's width; or 1×1, 3×3 of the stage's width and 1×1 four times as wide. */
function checkBlock(
  name: string,
  convolutions: readonly (readonly number[])[],
  width: number,
): void {
  const isBottleneck = convolutions.length === 3;
  const kernels = isBottleneck ? [1, 3, 1] : [3, 3];
  const outs = isBottleneck ? [width, width, width * BOTTLENECK_EXPANSION] : [width, width];
  for (const [i, shape] of convolutions.entries()) {
    const [out, inner, kernel] = shape;
    const before = i === 0 ? inner : outs[i - 1];
    if (kernel !== kernels[i] || out !== outs[i] || inner !== before) {
      fault(
        `${name}.conv${i + 1}.weight is ${describeShape(shape)}, and a ${isBottleneck ? 'bottleneck' : 'basic block'} of width ${width} has [${outs[i]}, ${before}, ${kernels[i]}, ${kernels[i]}]: grouped, wide and other blocks can’t be built here`,
      );
    }
  }
}

function orderOf(shapes: Shapes, normalized: boolean): ModelConfig['order'] {
  if (shapes.has('bn_last.weight')) return 'pre';
  if (normalized && !shapes.has('bn1.weight')) {
    fault(
      'there is neither bn1 (blocks with BatchNorm behind the convolutions) nor bn_last (before them)',
    );
  }
  return 'post';
}

/** C: projections in every block. B: only in blocks that change the shape. A has no parameters. */
function projectionOf(
  blocks: readonly BlockShapes[],
  stages: readonly Stage[],
  block: ModelConfig['block'],
  stemWidth: number,
): ModelConfig['projection'] {
  const projected = blocks.filter(({ hasProjection }) => hasProjection);
  if (projected.length === 0) return 'A';
  const outOf = (stage: number) =>
    (stages[stage - 1]?.width ?? 0) * (block === 'bottleneck' ? BOTTLENECK_EXPANSION : 1);
  const changesShape = ({ stage, index }: BlockShapes) =>
    index === 0 && (stage > 1 || outOf(1) !== stemWidth);
  return projected.every(changesShape) ? 'B' : 'C';
}

function checkedModel(model: unknown): ModelConfig {
  try {
    return parseRunConfig({ version: 1, model }).model;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fault(`a network that can’t be built here: ${error.message}`);
  }
}

function openQuestions({ projection, normalization, inputSize }: ModelConfig): OpenQuestion[] {
  return [
    ...(projection === 'A'
      ? [
          {
            field: 'shortcuts',
            why: 'Shortcuts of option A have no weights, so a plain net has the same tensors. Option A pads channels on both sides here; Torch’s original pads at the end.',
          } as const,
        ]
      : []),
    ...(normalization === 'none'
      ? [
          {
            field: 'order',
            why: 'Without BatchNorm, pre-activation nets have the same tensors.',
          } as const,
        ]
      : []),
    { field: 'activation', why: 'Activations have no weights.' },
    {
      field: 'inputSize',
      why: `Weights fit images of any size; ${inputSize}×${inputSize} is assumed.`,
    },
  ];
}
