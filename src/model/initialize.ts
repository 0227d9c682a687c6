/** Initial weights: He et al. 2015 ("Delving deep into rectifiers"), Glorot and Bengio 2010, or Fixup; all normal. */
import { branchScaleStart, gateBias } from './branchScale.ts';
import type { ModelConfig } from './config.ts';
import type { LayerGraph, Parameter, StateDict } from './graph.ts';
import { fillNormal, streamOf } from './random.ts';

/**
 * Every parameter and running statistic by name, in state-dict order. Each value depends only on the seed, the tensor's
 * name and its index in the tensor, so a plain net and its residual twin start alike wherever they share a name.
 *
 * Weights of convolutions and of the linear layer are normal, with the standard deviation of `weightDeviation`; biases
 * are 0 and BatchNorm's scales 1; those of branches and gates start where `branchScaleStart` and `gateBias` say.
 * `zeroInitResidual` zeroes the scale of each block's last BatchNorm. If a block does not end in a BatchNorm (pre-activation,
 * or none at all), the weight of its last convolution is zero instead: a zero scale before a ReLU would never get a gradient.
 *
 * `diracInit` is `torch.nn.init.dirac_` of the first filters of each convolution behind the stem, as many as it has inputs:
 * filter c passes input c on. Further filters stay as drawn (airbench, Jordan 2024). With `whitening` the first convolution
 * is drawn as well, until there are images to make it from.
 * @param seed u32
 */
export function initialWeights(graph: LayerGraph, seed: number): StateDict {
  const state: StateDict = new Map();
  const zeroed = new RegExp(`^layer\\d\\.\\d+\\.${lastInBranch(graph.model)}\\.weight$`);
  for (const parameter of graph.parameters) {
    const { name, shape } = parameter;
    const zero = graph.model.zeroInitResidual && zeroed.test(name);
    state.set(name, { shape, data: initialValues(graph, parameter, zero, seed) });
  }
  for (const { name, channels, initial } of graph.runningStatistics) {
    state.set(name, { shape: [channels], data: new Float32Array(channels).fill(initial) });
  }
  return state;
}

/**
 * Standard deviation of a weight: He √(gain / fanIn), Glorot √(2 / (fanIn + fanOut)). The gain is 2 for convolutions
 * under ReLU, which drops half of the signal, 1 under tanh and sigmoid, and 1 for the linear layer, whose logits no
 * activation follows.
 * @param shape OIHW, or [out, in] of the linear layer
 */
export function weightDeviation(
  { init, activation }: Pick<ModelConfig, 'init' | 'activation'>,
  shape: readonly number[],
): number {
  const [outputs = 1, inputs = 1, ...kernel] = shape;
  const taps = kernel.reduce((product, n) => product * n, 1);
  if (init === 'glorot') return Math.sqrt(2 / ((inputs + outputs) * taps));
  const gain = activation === 'relu' && kernel.length > 0 ? 2 : 1;
  return Math.sqrt(gain / (inputs * taps));
}

/**
 * What Fixup (Zhang, Dauphin & Ma 2019, §3) multiplies a weight's deviation by: in the L branches of m convolutions
 * L^(−1 / (2m − 2)), and 0 for each one's last convolution and for the classifier. A block without a shortcut starts as
 * He's: nothing would ever come out of it.
 */
function fixupShare({ model, blocks }: LayerGraph, name: string): number {
  const residual = blocks.filter(({ shortcut }) => shortcut !== 'none' && shortcut !== 'cut');
  if (model.init !== 'fixup' || residual.length === 0) return 1;
  if (name === 'fc.weight') return 0;
  const [, block, place] = /^(layer\d\.\d+)\.conv(\d)\.weight$/.exec(name) ?? [];
  if (!residual.some((one) => one.name === block)) return 1;
  if (Number(place) === convolutionsIn(model)) return 0;
  const root = Math.sqrt(residual.length);
  return 1 / (model.block === 'bottleneck' ? Math.sqrt(root) : root);
}

/** Of a block's branch. */
export const convolutionsIn = ({ block }: Pick<ModelConfig, 'block'>): 2 | 3 =>
  block === 'bottleneck' ? 3 : 2;

function initialValues(
  graph: LayerGraph,
  { name, shape, elements, role }: Parameter,
  zero: boolean,
  seed: number,
): Float32Array {
  const values = new Float32Array(elements);
  if (role === 'gateBias') return values.fill(gateBias(graph.model));
  if (zero || role.endsWith('Bias')) return values;
  if (role === 'normWeight') return values.fill(1);
  if (role === 'branchScale') return values.fill(branchScaleStart(graph.model));
  const share = fixupShare(graph, name);
  if (share === 0) return values;
  const deviation = weightDeviation(graph.model, shape) * share;
  fillNormal(values, seed, streamOf(name), deviation);
  // Of gates and of squeeze-excitation, what goes through is a factor and no signal to keep.
  const isSignal = role === 'convWeight' && !/^conv1|gate\.weight$|\.se\./.test(name);
  if (graph.model.diracInit === true && isSignal) passInputsOn(values, shape);
  return values;
}

/** The first filters of a convolution's weight, OIHW, become unit impulses. */
function passInputsOn(
  weight: Float32Array,
  [outputs = 0, inputs = 0, height = 0, width = 0]: readonly number[],
): void {
  const taps = height * width;
  const centre = (height >> 1) * width + (width >> 1);
  for (let c = 0; c < Math.min(outputs, inputs); c++) {
    weight.fill(0, c * inputs * taps, (c + 1) * inputs * taps);
    weight[(c * inputs + c) * taps + centre] = 1;
  }
}

/** The layer whose weight silences a block's branch when it is zero: `bn2`, `conv3`. */
export function lastInBranch(model: ModelConfig): string {
  const endsInNorm = model.order === 'post' || model.order === 'actBeforeAdd';
  const layer = endsInNorm && model.normalization !== 'none' ? 'bn' : 'conv';
  return `${layer}${convolutionsIn(model)}`;
}
