/**
 * Whole networks in half precision against the same in single precision: where only rounding differs. Activations are
 * smooth: one ReLU whose input falls to the other side of 0 changes a gradient by more than all roundings together.
 */
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { Evaluation, StepMetrics } from '../api.ts';
import { EngineError } from '../errors.ts';
import { formatsOf } from '../plan/formats.ts';
import { unpackTensor } from '../plan/layout.ts';
import { NETWORKS } from '../testing/networks.ts';
import { randomArray } from '../testing/runKernel.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { type AdapterTraits, PLAIN_TRAITS, traitsOfKind } from './kernels/traits.ts';
import { lowerEvaluation, lowerTraining } from './lowering/program.ts';
import { readBuffers } from './readback.ts';
import { WebGpuDevice } from './webGpuDevice.ts';

const BATCH = 5;
const INPUT_SIZE = 8;

const gpu = testGpu();

interface Answer {
  readonly step: StepMetrics;
  /** By parameter. */
  readonly gradients: readonly Float32Array[];
  readonly evaluation: Evaluation;
  readonly probed: Evaluation;
}

/** One step and an evaluation. @param halfStorage null: in single precision. */
async function answerOf(graph: LayerGraph, halfStorage: Half | null): Promise<Answer> {
  const own = await gpu;
  const { halfStorage: _, ...others } = own.traits;
  const traits: AdapterTraits = { ...others, ...(halfStorage && { halfStorage }) };
  const device = new WebGpuDevice({ ...own, traits });
  const precision = halfStorage === null ? 'single' : 'half';
  const { training } = configOf({ training: { batchSize: BATCH, precision } });
  const batch = device.createBatch({ batchSize: BATCH, inputSize: INPUT_SIZE });
  const network = await device.createNetwork({ graph, training }, batch);
  const weights = initialWeights(graph, 7);
  network.load({ weights });
  const load = (): undefined => {
    const images = randomArray(BATCH * 3 * INPUT_SIZE ** 2, 3);
    batch.upload(images, Int32Array.of(1, 7, 3, 0, 9));
  };
  load();
  const stepper = device.createStepper(batch, [network]);
  const metrics = await stepper.step({ step: 0, learningRates: [0.05], readback: true });
  const [floats = new Float32Array()] = await readBuffers(own.device, [
    network.buffer('gradients'),
  ]);
  const evaluator = await device.createEvaluator(network, batch);
  const evaluation = await evaluator.evaluate(BATCH, load, { logits: true });
  const probe = await device.createProbe(
    { graph, kernelChoices: network.kernelChoices, precision },
    batch,
  );
  probe.load((await network.save()).weights);
  const probed = await probe.evaluate(BATCH, load, { logits: true });
  const [step] = metrics?.[0] ?? [];
  if (step === undefined) throw new Error('no metrics');
  const gradients = graph.parameters.map(({ name, shape }) =>
    unpackTensor(shape, floats, network.program.layout.parameterOf.get(name)?.offset ?? 0),
  );
  for (const part of [stepper, evaluator, probe, network, batch]) part.destroy();
  return { step, gradients, evaluation, probed };
}

const logitsOf = ({ evaluation }: Answer): Float32Array => evaluation.logits ?? new Float32Array();

/** Two to four times what was measured on SwiftShader and llvmpipe: 9e-5, 8e-4 and 6e-3; float16 itself rounds by 5e-4. */
const TOLERANCE = { loss: 3e-4, logits: 3e-3, gradient: 1.5e-2 } as const;

type Half = NonNullable<AdapterTraits['halfStorage']>;

/** Every kind of half precision the adapter has, the emulated one included. */
async function halves(): Promise<Half[]> {
  const { halfStorage } = (await gpu).traits;
  return halfStorage === undefined ? ['rounded'] : ['rounded', halfStorage];
}

const relative = (a = Number.NaN, b = Number.NaN): number => Math.abs(a - b) / b;

/** ‖a − b‖ / ‖b‖ */
function distance(
  a: Float32Array = new Float32Array(),
  b: Float32Array = new Float32Array(1),
): number {
  const norm = Math.hypot(...b);
  return Math.hypot(...b.map((value, i) => value - (a[i] ?? Number.NaN))) / norm;
}

const graphOf = (model: (typeof NETWORKS)[string] = {}): LayerGraph =>
  buildGraph(configOf({ model: { activation: 'tanh', inputSize: INPUT_SIZE, ...model } }).model);

it.each([
  'post-activation, option A, odd widths',
  'pre-activation bottleneck, option C',
  'ImageNet stem, pre-activation',
  'without normalization, option B',
])('%s', { timeout: 240_000 }, async (name) => {
  const graph = graphOf(NETWORKS[name]);
  const single = await answerOf(graph, null);
  for (const half of await halves()) {
    const answer = await answerOf(graph, half);
    const far = [
      ['loss', relative(answer.step.loss, single.step.loss), TOLERANCE.loss],
      ['test loss', relative(answer.evaluation.loss, single.evaluation.loss), TOLERANCE.loss],
      ['logits', distance(logitsOf(answer), logitsOf(single)), TOLERANCE.logits],
      [
        'deviations',
        distance(answer.step.activationStd, single.step.activationStd),
        TOLERANCE.loss,
      ],
      ...graph.parameters.flatMap(
        ({ name: parameter }, at) =>
          [
            [parameter, distance(answer.gradients[at], single.gradients[at]), TOLERANCE.gradient],
            [
              `norm of ${parameter}`,
              relative(answer.step.gradNorm[at], single.step.gradNorm[at]),
              TOLERANCE.gradient,
            ],
          ] as const,
      ),
    ].filter(([, difference, tolerance]) => !(Number(difference) <= Number(tolerance)));
    expect(far, half).toEqual([]);
    expect(answer.probed, half).toEqual(answer.evaluation);
    expect(await answerOf(graph, half), half).toEqual(answer);
  }
});

describe('a plan in half precision', () => {
  const traits = traitsOfKind('gpu', 0, 'half');
  const planOf = (graph: LayerGraph, precision: 'single' | 'half', batchSize: number) => {
    const { training } = configOf({ training: { batchSize, precision } });
    return lowerTraining({ graph, training, traits });
  };
  const resnet20 = buildGraph(configOf({}).model);
  const slotBytes = ({ slots }: ReturnType<typeof planOf>) =>
    slots.slotBytes.reduce((sum, bytes) => sum + bytes, 0);

  it('takes half the bytes for activations', () => {
    const [single, half] = [planOf(resnet20, 'single', 128), planOf(resnet20, 'half', 128)];
    expect(slotBytes(half) / slotBytes(single)).toBeCloseTo(0.5, 2);
    expect(half.summary.gpuBytes).toBeLessThan(0.6 * single.summary.gpuBytes);
    const evaluations = (['single', 'half'] as const).map(
      (precision) => lowerEvaluation(resnet20, 128, { traits, precision }).summary.gpuBytes,
    );
    expect((evaluations[1] ?? 0) / (evaluations[0] ?? 0)).toBeLessThan(0.7);
  });

  it('binds whole numbers of fours of bytes, also of odd numbers of elements', () => {
    const odd = graphOf({ stageDepths: [1, 1], stageWidths: [3, 7], projection: 'B' });
    const { dispatches } = planOf(odd, 'half', 5);
    const sizes = dispatches.flatMap(({ call }) => call.bindings.map(({ size }) => size));
    expect(sizes.filter((size) => size % 4 !== 0)).toEqual([]);
    // The first convolution's output: 5 images of 3 × 8 × 8 values, two bytes each.
    expect(sizes).toContain(2 * 5 * 3 * 8 * 8);
    expect(dispatches.some(({ call }) => call.code.includes('enable f16;'))).toBe(true);
  });

  it('is single precision’s where that is asked for', () => {
    const { dispatches, kernelChoices } = planOf(resnet20, 'single', 32);
    expect(dispatches.some(({ call }) => call.code.includes('enable f16;'))).toBe(false);
    const none = lowerTraining({
      graph: resnet20,
      training: configOf({ training: { batchSize: 32 } }).training,
    });
    expect(kernelChoices).toEqual(none.kernelChoices);
  });

  it('is tuned by itself: other kernels may be fastest', () => {
    const [single, half] = [planOf(resnet20, 'single', 32), planOf(resnet20, 'half', 32)];
    const shared = Object.keys(half.kernelChoices).filter((id) =>
      Object.hasOwn(single.kernelChoices, id),
    );
    // What lies behind the pooling is single precision in both.
    expect(shared.every((id) => id.includes('inChannels64,inHeight1,'))).toBe(true);
  });

  it('is refused where there is no shader-f16, naming the field', () => {
    const { training } = configOf({ training: { precision: 'half' } });
    const refused = () => lowerTraining({ graph: resnet20, training, traits: PLAIN_TRAITS });
    expect(refused).toThrow(EngineError);
    expect(refused).toThrow(/no shader-f16.*Set Precision to single/);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'unsupported', field: 'training.precision' }),
    );
  });
});

it('stores gradients times the images of the batch and 1024, and less in deep plain nets', () => {
  const scaleOf = (shortcuts: boolean, blocks: number, batchSize: number) => {
    const stageDepths = [blocks, blocks, blocks];
    const graph = buildGraph(configOf({ model: { shortcuts, stageDepths } }).model);
    const [first] = graph.nodes.filter(({ kind }) => kind === 'conv');
    return formatsOf(graph, 'half', batchSize)(first?.id ?? -1).gradientScale;
  };
  expect(scaleOf(true, 3, 128)).toBe(1024 * 128);
  expect(scaleOf(true, 18, 100)).toBe(1024 * 128);
  expect(scaleOf(false, 3, 128)).toBe(1024 * 128);
  expect(scaleOf(false, 9, 128)).toBe(64 * 128);
  expect(scaleOf(false, 18, 128)).toBe(128 / 256);
});
