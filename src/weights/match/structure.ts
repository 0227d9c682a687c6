/** A ResNet's parts among the modules of a file: stem, blocks, last norm and classifier, and what is left over. */
import { BOTTLENECK_EXPANSION } from '../../model/block.ts';
import type { ModelConfig } from '../../model/config.ts';
import { describeShape } from '../../containers/numbers/shape.ts';
import { WeightsError } from '../weightsError.ts';
import { blockParts } from './blockParts.ts';
import { type Dialect, named } from './dialects.ts';
import type { FileModule, NamedTensor } from './fileModules.ts';
import { t } from '../../text/t.ts';

export interface Block {
  /** Our name, `layer1.0`. */
  readonly name: string;
  readonly stage: number;
  readonly index: number;
  readonly convolutions: readonly FileModule[];
  readonly norms: readonly FileModule[];
  readonly projection: FileModule | null;
  readonly projectionNorm: FileModule | null;
  readonly scale: NamedTensor | null;
  readonly excitation: readonly [FileModule, FileModule] | null;
  readonly gate: FileModule | null;
  readonly others: readonly FileModule[];
}

export interface Structure {
  readonly dialect: string;
  readonly preProjection: 'raw' | 'activated' | null;
  readonly block: ModelConfig['block'];
  /** Null where pre-activation and post-activation have the same tensors. */
  readonly order: ModelConfig['order'] | null;
  readonly stem: FileModule;
  readonly stemNorm: FileModule | null;
  readonly blocks: readonly Block[];
  readonly lastNorm: FileModule | null;
  readonly head: FileModule;
  /** Modules that are none of these. */
  readonly others: readonly FileModule[];
  /** What was told by order and shape alone, one sentence each. */
  readonly guesses: readonly string[];
}

/** Modules of one block as a dialect's pattern groups them, with paths within it. */
export interface GroupedBlock {
  readonly stage: number;
  readonly index: number;
  readonly modules: readonly FileModule[];
}

const HEAD = /(^|[._])(fc|linear|classifier|head|logits|output|out|last_linear|dense|cls|final)/i;
const LAST_NORM = /last|final|out|post|head|(^|[._])(norm|bn)$/i;

export const fault = (message: string): never => {
  throw new WeightsError(message);
};

export const isConvolution = ({ kind }: FileModule): boolean => kind === 'conv';
const inChannels = ({ shape }: FileModule): number => shape[1] ?? 0;
const outChannels = ({ shape }: FileModule): number => shape[0] ?? 0;

/**
 * @param grouped all blocks, in order.
 * @param around the network's modules that belong to no block.
 * @param outside modules beside the network, where a classifier may be.
 * @throws WeightsError naming the tensor that shows that this network cannot be built here.
 */
export function readStructure(
  dialect: Pick<Dialect, 'name' | 'preProjection'>,
  grouped: readonly GroupedBlock[],
  around: readonly FileModule[],
  outside: readonly FileModule[],
): Structure {
  const stem = stemOf(around);
  const guesses: string[] = [];
  const blocks = grouped.map(({ stage, index, modules }) => {
    const name = `layer${stage}.${index}`;
    const { guesses: own, ...parts } = blockParts(modules, name);
    guesses.push(...own);
    return { name, stage, index, ...parts };
  });
  if (blocks.every(({ scale }) => scale !== null)) {
    guesses.push(t`Each block’s scale is taken as what its branch is multiplied by`);
  }
  if (blocks.every(({ gate }) => gate !== null)) {
    guesses.push(t`Each block’s gate is taken as its shortcut’s`);
  }
  const block = checkBlocks(blocks, outChannels(stem));
  const last = blocks.at(-1)?.convolutions.at(-1);
  const features = last === undefined ? 0 : outChannels(last);
  const head = headOf(around, outside, features);
  const norms = around.filter(({ kind }) => kind === 'norm');
  const order = orderOf(blocks, norms, outChannels(stem), features);
  const { stemNorm, lastNorm } = normsAround(norms, order, outChannels(stem), features);
  const taken = [stem, head, stemNorm, lastNorm];
  return {
    dialect: named(
      dialect as Dialect,
      head.path,
      blocks.map(({ projection }) => projection?.path ?? ''),
    ),
    preProjection: dialect.preProjection ?? null,
    ...{ block, order, stem, stemNorm, blocks, lastNorm, head, guesses },
    others: around.filter((module) => !taken.includes(module)),
  };
}

function stemOf(around: readonly FileModule[]): FileModule {
  const convolutions = around.filter(isConvolution).filter(({ shape }) => shape[2] !== 1);
  const [stem] = convolutions;
  if (stem === undefined) return fault(t`there is no first convolution (conv1.weight, 3×3 or 7×7)`);
  const side = stem.shape[2];
  if (stem.shape[3] !== side || inChannels(stem) !== 3 || (side !== 3 && side !== 7)) {
    return fault(
      t`${stem.path}.weight is ${describeShape(stem.shape)}; a first convolution takes 3 channels and is 3×3 or 7×7`,
    );
  }
  if (convolutions.length > 1) {
    const paths = convolutions.map(({ path }) => path).join(', ');
    return fault(
      t`its stem has ${convolutions.length} convolutions (${paths}), as in ResNet-C and -D; only stems of one can be built here`,
    );
  }
  return stem;
}

/** @returns what all blocks are. @throws WeightsError for one that cannot be built here. */
function checkBlocks(blocks: readonly Block[], stemWidth: number): ModelConfig['block'] {
  const count = blocks[0]?.convolutions.length ?? 0;
  let channels = stemWidth;
  for (const block of blocks) {
    const { name, convolutions, projection } = block;
    if (convolutions.length < 2 || convolutions.length < count) {
      return fault(t`there is no ${name}.conv${convolutions.length + 1}.weight`);
    }
    if (convolutions.length !== count) {
      fault(
        t`${name} has ${convolutions.length} convolutions, ${blocks[0]?.name ?? ''} has another number`,
      );
    }
    const first = blocks.find(({ stage }) => stage === block.stage);
    const width = first?.convolutions[0]?.shape[0] ?? 0;
    checkBlock(block, width, channels);
    const out = outChannels(convolutions[count - 1] ?? block.convolutions[0] ?? fault(name));
    if (projection !== null && projection.shape.join() !== [out, channels, 1, 1].join()) {
      fault(
        t`${projectionPath(block)}.weight is ${describeShape(projection.shape)}, and a projection from ${channels} to ${out} channels has [${out}, ${channels}, 1, 1]`,
      );
    }
    channels = out;
  }
  return count === 3 ? 'bottleneck' : 'basic';
}

const projectionPath = ({ name, projection }: Block): string => `${name}.${projection?.path}`;

/** Two 3×3 of the stage's width; or 1×1, 3×3 of the stage's width and 1×1 four times as wide. */
function checkBlock({ name, convolutions }: Block, width: number, channels: number): void {
  const isBottleneck = convolutions.length === 3;
  const kernels = isBottleneck ? [1, 3, 1] : [3, 3];
  const outs = isBottleneck ? [width, width, width * BOTTLENECK_EXPANSION] : [width, width];
  for (const [i, { shape }] of convolutions.entries()) {
    const [out, inner, height, side] = shape;
    const before = i === 0 ? channels : outs[i - 1];
    const due = `[${outs[i]}, ${before}, ${kernels[i]}, ${kernels[i]}]`;
    if (height !== kernels[i] || side !== height || out !== outs[i] || inner !== before) {
      fault(
        isBottleneck
          ? t`${name}.conv${i + 1}.weight is ${describeShape(shape)}, and a bottleneck of width ${width} has ${due}: grouped, wide and other blocks can’t be built here`
          : t`${name}.conv${i + 1}.weight is ${describeShape(shape)}, and a basic block of width ${width} has ${due}: grouped, wide and other blocks can’t be built here`,
      );
    }
  }
}

/** The linear layer, or the 1×1 convolution, that takes the last block's channels. */
function headOf(
  around: readonly FileModule[],
  outside: readonly FileModule[],
  features: number,
): FileModule {
  const isLinear = ({ kind, shape }: FileModule) =>
    kind === 'linear' || (kind === 'conv' && shape[2] === 1 && shape[3] === 1);
  const near = around.filter(isLinear);
  const all = [...near, ...outside.filter(isLinear)];
  const fitting = (list: readonly FileModule[]) =>
    list.filter((module) => inChannels(module) === features);
  const choices = fitting(near).length > 0 ? fitting(near) : fitting(all);
  const found = choices.find(({ path }) => HEAD.test(path)) ?? choices[0];
  if (found !== undefined) return found;
  const [other] = all;
  return other === undefined
    ? fault(
        t`there is no fc.weight (or linear.weight): the file holds a network without its classifier`,
      )
    : fault(
        t`${other.path}.weight is ${describeShape(other.shape)}, and the last block has ${features} channels`,
      );
}

/** By the norms' channels: ahead of its convolution, a norm has as many as go in; behind it, as many as come out. */
function orderOf(
  blocks: readonly Block[],
  norms: readonly FileModule[],
  stemWidth: number,
  features: number,
): Structure['order'] {
  if (blocks.every((block) => block.norms.length === 0) && norms.length === 0) return null;
  for (const { convolutions, norms: own } of blocks) {
    for (const [i, norm] of own.entries()) {
      const convolution = convolutions[i];
      if (convolution === undefined) continue;
      const [channels = 0] = norm.shape;
      const [inner, out] = [inChannels(convolution), outChannels(convolution)];
      if (inner !== out && (channels === inner || channels === out)) {
        return channels === inner ? 'pre' : 'post';
      }
    }
  }
  if (blocks.some(({ projectionNorm }) => projectionNorm !== null)) return 'post';
  if (blocks.some(({ projection }) => projection !== null)) return 'pre';
  const [only] = norms;
  if (only === undefined || stemWidth !== features)
    return only?.shape[0] === stemWidth ? 'post' : 'pre';
  return LAST_NORM.test(only.path) ? 'pre' : 'post';
}

/** The stem's norm has its channels; a pre-activation net has none there, and one behind the last block. */
function normsAround(
  norms: readonly FileModule[],
  order: Structure['order'],
  stemWidth: number,
  features: number,
): Pick<Structure, 'stemNorm' | 'lastNorm'> {
  if (order === null) return { stemNorm: null, lastNorm: null };
  const wanted = order === 'post' ? stemWidth : features;
  const fitting = norms.filter(({ shape }) => shape[0] === wanted);
  const [found] =
    order === 'post' ? fitting : fitting.toSorted((a, b) => lastRank(a.path) - lastRank(b.path));
  if (found === undefined) {
    return fault(
      order === 'post'
        ? t`there is neither bn1 (blocks with BatchNorm after the convolutions) nor bn_last (before them)`
        : t`there is no bn_last: its blocks have BatchNorm before the convolutions, and nothing but the pooling follows the last of them, as in kuangliu’s PreActResNet. Here BatchNorm and activation follow (neither bn1 nor bn_last fits)`,
    );
  }
  return order === 'post'
    ? { stemNorm: found, lastNorm: null }
    : { stemNorm: null, lastNorm: found };
}

const lastRank = (path: string): number => (LAST_NORM.test(path) ? 0 : 1);
