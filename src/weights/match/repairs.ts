/**
 * Makes a file's tensors those of a network here, without changing what it computes: biases that BatchNorm takes up,
 * parameters that a file leaves out because they are 0 or 1.
 */
import { isGated, isScaled } from '../../model/branchScale.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { NamedTensor } from './fileModules.ts';
import { type Placed, placedModules } from './canonical.ts';
import type { Block, Structure } from './structure.ts';
import { t } from '../../text/t.ts';

type Tensors = Map<string, NamedTensor>;

/** Changes `tensors`, which are by our names. @returns what was done, one sentence each. */
export function repair(tensors: Tensors, structure: Structure, model: ModelConfig): string[] {
  return [
    ...affineRepairs(tensors, structure),
    ...biasRepairs(tensors, structure, model),
    ...headRepairs(tensors, model),
  ];
}

/** BatchNorm without scale and shift (`affine=False`) has scale 1 and shift 0. */
function affineRepairs(tensors: Tensors, structure: Structure): string[] {
  let made = 0;
  for (const { name, module } of placedModules(structure)) {
    const mean = tensors.get(`${name}.running_mean`);
    const isBare = !tensors.has(`${name}.weight`) && !tensors.has(`${name}.bias`);
    if (module.kind !== 'norm' || mean === undefined || !isBare) continue;
    tensors.set(`${name}.weight`, constant(mean.tensor.shape, 1));
    tensors.set(`${name}.bias`, constant(mean.tensor.shape, 0));
    made++;
  }
  if (made === 0) return [];
  return [
    made === 1
      ? t`One BatchNorm has no scale and shift: 1 and 0 are used, and further training changes them.`
      : t`${made} BatchNorms have no scale and shift: 1 and 0 are used, and further training changes them.`,
  ];
}

function biasRepairs(tensors: Tensors, structure: Structure, model: ModelConfig): string[] {
  const convolutions = placedModules(structure).filter(({ name }) =>
    /conv\d$|downsample\.0$/.test(name),
  );
  const biased = convolutions.filter(({ name }) => tensors.has(`${name}.bias`));
  if (model.normalization === 'none') {
    const without = convolutions.filter(({ name }) => !tensors.has(`${name}.bias`));
    for (const { name, module } of without)
      tensors.set(`${name}.bias`, constant([module.shape[0] ?? 0], 0));
    if (without.length === 0) return [];
    return [
      without.length === 1
        ? t`One convolution has no bias: 0 is used, and further training changes it.`
        : t`${without.length} convolutions have no bias: 0 is used, and further training changes it.`,
    ];
  }
  if (biased.length === 0) return [];
  if (model.order === 'pre') takeUpAlongStream(tensors, structure, model);
  else takeUpBehind(tensors, structure, model, biased);
  const left = biased.filter(({ name }) => tensors.has(`${name}.bias`)).length;
  const done = biased.length - left;
  if (done === 0) return [];
  return [
    done === 1
      ? t`One convolution ahead of BatchNorm has a bias: it was subtracted from BatchNorm’s running mean. The network computes and trains as before.`
      : t`${done} convolutions ahead of BatchNorm have biases: they were subtracted from BatchNorm’s running mean. The network computes and trains as before.`,
  ];
}

/** Whether a block's output is branch and shortcut, added: nothing multiplies them or leaves them out in a step. */
const isPlainSum = (model: ModelConfig): boolean =>
  !model.squeezeExcitation && !isScaled(model) && !isGated(model) && !model.shortcutDropout;

/** The convolutions that branches end in. */
const branchEnds = ({ blocks }: Structure): string[] =>
  blocks.map(({ name, convolutions }) => `${name}.conv${convolutions.length}`);

/** Whatever a convolution adds, the BatchNorm behind it takes away. */
function takeUpBehind(
  tensors: Tensors,
  structure: Structure,
  model: ModelConfig,
  biased: readonly Placed[],
): void {
  // The BatchNorm behind a branch's end comes after the addition.
  const multiplied =
    model.order === 'normAfterAdd' && !isPlainSum(model) ? branchEnds(structure) : [];
  for (const { name } of biased) {
    if (multiplied.includes(name)) continue;
    const norm = name.replace(/conv(\d)$/, 'bn$1').replace(/downsample\.0$/, 'downsample.1');
    const bias = tensors.get(`${name}.bias`);
    if (bias !== undefined && shiftMean(tensors, norm, bias.tensor.data))
      tensors.delete(`${name}.bias`);
  }
}

/**
 * In pre-activation nets biases add up along the shortcuts, a constant per channel, until each block's first BatchNorm
 * takes the sum away again. A 1×1 projection maps the constant as it maps the rest. What is multiplied on its way is no
 * such constant: those biases stay, and are refused.
 */
function takeUpAlongStream(tensors: Tensors, structure: Structure, model: ModelConfig): void {
  const biasOf = (name: string): Float32Array | undefined =>
    tensors.get(`${name}.bias`)?.tensor.data;
  let sum = Float64Array.from(biasOf('conv1') ?? new Float32Array(structure.stem.shape[0] ?? 0));
  const isWhole = placedModules(structure).every(
    ({ name, module }) => module.kind !== 'norm' || tensors.has(`${name}.running_mean`),
  );
  const streaming = ['conv1', ...branchEnds(structure)].concat(
    structure.blocks.map(({ name }) => `${name}.downsample.0`),
  );
  const isCarried = streaming.some((name) => biasOf(name) !== undefined);
  if (!isWhole || (isCarried && !isPlainSum(model))) return;
  for (const block of structure.blocks) {
    const { name, convolutions } = block;
    shiftMean(tensors, `${name}.bn1`, sum);
    for (let i = 1; i < convolutions.length; i++) {
      const bias = biasOf(`${name}.conv${i}`);
      if (bias !== undefined) shiftMean(tensors, `${name}.bn${i + 1}`, bias);
    }
    const branch = biasOf(`${name}.conv${convolutions.length}`);
    const out = convolutions.at(-1)?.shape[0] ?? 0;
    const carried = carriedOn(sum, out, block, tensors, model);
    sum = carried.map((value, channel) => value + (branch?.[channel] ?? 0));
  }
  shiftMean(tensors, 'bn_last', sum);
  for (const { name } of placedModules(structure))
    if (name !== 'fc' && /conv\d$|downsample\.0$/.test(name)) tensors.delete(`${name}.bias`);
}

/** What a block's shortcut makes of a constant per channel. */
function carriedOn(
  sum: Float64Array,
  out: number,
  { name, projection }: Block,
  tensors: Tensors,
  model: ModelConfig,
): Float64Array {
  if (!model.shortcuts || model.cutShortcuts.includes(name)) return new Float64Array(out);
  if (projection !== null) {
    const weight = tensors.get(`${name}.downsample.0.weight`)?.tensor.data;
    const bias = tensors.get(`${name}.downsample.0.bias`)?.tensor.data;
    const isRaw = model.preProjection === 'raw';
    return Float64Array.from({ length: out }, (_, o) => {
      let value = bias?.[o] ?? 0;
      if (isRaw)
        for (const [i, x] of sum.entries()) value += (weight?.[o * sum.length + i] ?? 0) * x;
      return value;
    });
  }
  const before = model.paddingA === 'end' ? 0 : Math.floor((out - sum.length) / 2);
  return Float64Array.from({ length: out }, (_, channel) => sum[channel - before] ?? 0);
}

/** @returns whether there is such a BatchNorm. */
function shiftMean(tensors: Tensors, norm: string, shift: ArrayLike<number>): boolean {
  const mean = tensors.get(`${norm}.running_mean`);
  if (mean?.tensor.data.length !== shift.length) return false;
  const data = mean.tensor.data.map((value, i) => value - (shift[i] ?? 0));
  tensors.set(`${norm}.running_mean`, { ...mean, tensor: { ...mean.tensor, data } });
  return true;
}

function headRepairs(tensors: Tensors, model: ModelConfig): string[] {
  if (tensors.has('fc.bias')) return [];
  tensors.set('fc.bias', constant([model.classes], 0));
  return [t`The classifier has no bias: 0 is used, and further training changes it.`];
}

const constant = (shape: readonly number[], value: number): NamedTensor => {
  const length = shape.reduce((product, n) => product * n, 1);
  return {
    fileName: '',
    tensor: { dtype: 'F32', shape, data: new Float32Array(length).fill(value) },
  };
};
