/**
 * Whole networks of every kind on the GPU against a float64 network of plain loops. Each parameter's gradient: its
 * derivative along a random direction, by central differences, must be gradient · direction. The deviation of each
 * layer's response; and norms against the weights that went in and came out.
 */
import { expect, it } from 'vitest';
import { activationLayers } from '../../model/activationLayers.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import type { StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { KernelChoices, StepMetrics } from '../api.ts';
import { unpackTensor } from '../plan/layout.ts';
import { referenceLoss, referenceValues } from '../testing/interpreter.ts';
import { NETWORKS } from '../testing/networks.ts';
import { dot } from '../testing/numeric.ts';
import { randomArray } from '../testing/runKernel.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { Batch } from './batch.ts';
import type { Gpu } from './device.ts';
import { activationStdReference } from './kernels/activationStd/activationStd.reference.ts';
import { PLAIN_TRAITS } from './kernels/traits.ts';
import { lowerTraining, type TrainingProgram } from './lowering/program.ts';
import { Network } from './network.ts';
import { readBuffers } from './readback.ts';
import { Stepper } from './stepper.ts';

const BATCH = 3;

/** Smooth activations: a central difference across ReLU's kink is no derivative. */
const smooth = { activation: 'tanh', inputSize: 8 } as const;

const gpu = testGpu();

/** Weights with every vector off its special values 0 and 1, and momentum zero. */
function startingWeights(graph: ReturnType<typeof buildGraph>): StateDict {
  const weights = initialWeights(graph, 7);
  graph.parameters.forEach(({ name, shape, elements, role }, i) => {
    if (role === 'convWeight' || role === 'linearWeight') return;
    const center = role === 'normWeight' ? 1 : 0;
    const data = randomArray(elements, 100 + i).map((x) => center + 0.3 * x);
    weights.set(name, { shape, data });
  });
  return weights;
}

/** Checks the norms of parameter `i` and of its change. */
function expectNorms(
  step: StepMetrics | undefined,
  i: number,
  name: string,
  before: Float32Array = new Float32Array(),
  after: Float32Array = new Float32Array(),
): void {
  const norm = Math.hypot(...before);
  const change = Math.hypot(...before.map((value, j) => value - (after[j] ?? Number.NaN)));
  const [weightNorm = Number.NaN, updateNorm = Number.NaN] = [
    step?.weightNorm[i],
    step?.updateNorm[i],
  ];
  expect(Math.abs(weightNorm - norm), name).toBeLessThanOrEqual(1e-6 * norm);
  // The difference of stored weights carries their rounding: 6e-8 of each.
  const tolerance = 1e-5 * updateNorm + 6e-8 * norm;
  expect(Math.abs(updateNorm - change), name).toBeLessThanOrEqual(tolerance);
}

/** The first kernels that stage nothing in workgroup memory: others take a software adapter a minute to compile. */
const untiled = ({ tunables }: TrainingProgram): KernelChoices =>
  Object.fromEntries(
    tunables.map(({ id, candidates, chosen }) => [
      id,
      candidates.find(({ key }) => !key.startsWith('tiled/'))?.key ?? chosen,
    ]),
  );

async function expectTruth(
  model: NonNullable<RunConfigInput['model']>,
  device: Gpu,
): Promise<void> {
  const labelSmoothing = 0.1;
  const config = configOf({
    model: { ...smooth, ...model },
    training: { batchSize: BATCH, labelSmoothing },
  });
  const graph = buildGraph(config.model);
  const weights = startingWeights(graph);
  const { inputSize } = config.model;
  const pixels = 3 * inputSize * inputSize;
  const images = randomArray(BATCH * pixels, 3);
  const labels = Int32Array.of(1, 7, 3);

  const batch = new Batch(device, { batchSize: BATCH, inputSize });
  const options = { graph, training: config.training };
  const kernelChoices = untiled(lowerTraining({ ...options, traits: device.traits }));
  const network = await Network.create(device, { ...options, kernelChoices }, batch);
  network.load({ weights });
  batch.upload(images, labels);
  const stepper = new Stepper(device, batch, [network]);
  const metrics = await stepper.step({ step: 0, learningRates: [0.05], readback: true });
  const [gradients] = await readBuffers(device.device, [network.buffer('gradients')]);
  const after = await network.save();

  // [N, pixels] to [pixels, N].
  const transposed = images.map(
    (_value, i) => images[(i % BATCH) * pixels + Math.floor(i / BATCH)] ?? 0,
  );
  const data = { batch: BATCH, images: transposed, labels };
  const asNumbers = new Map<string, ArrayLike<number>>();
  for (const [name, tensor] of weights) asNumbers.set(name, Float64Array.from(tensor.data));
  const loss = (changed: Map<string, ArrayLike<number>>) =>
    referenceLoss(graph, new Map([...asNumbers, ...changed]), data, labelSmoothing);

  const [step] = metrics?.[0] ?? [];
  expect(step?.loss).toBeCloseTo(loss(new Map()), 5);
  graph.parameters.forEach(({ name, shape, elements, active }, i) => {
    const slot = network.program.layout.parameterOf.get(name);
    const gradient = unpackTensor(shape, gradients ?? new Float32Array(), slot?.offset ?? 0);
    const norm = Math.hypot(...gradient);
    expect(step?.gradNorm[i], name).toBeCloseTo(norm, 5);
    expectNorms(step, i, name, weights.get(name)?.data, after.weights.get(name)?.data);
    if (!active) {
      expect(norm, name).toBe(0);
      expect(after.weights.get(name)?.data, name).toEqual(weights.get(name)?.data);
      return;
    }
    const value = asNumbers.get(name) ?? [];
    const direction = randomArray(elements, 200 + i);
    const along = (t: number) =>
      loss(new Map([[name, Float64Array.from(direction, (d, j) => (value[j] ?? 0) + t * d)]]));
    const slope = (along(1e-5) - along(-1e-5)) / 2e-5;
    const error = Math.abs(dot(gradient, direction) - slope);
    expect(error, name).toBeLessThan(1e-4 * Math.max(norm, 1e-2));
  });
  const values = referenceValues(graph, asNumbers, data, 'training');
  activationLayers(graph).forEach(({ name, response }, i) => {
    const deviation = activationStdReference(values[response] ?? []);
    expect((step?.activationStd[i] ?? Number.NaN) / deviation, name).toBeCloseTo(1, 5);
  });
  stepper.destroy();
  network.destroy();
  batch.destroy();
}

it.each(Object.entries(NETWORKS))('%s', async (_, model) => expectTruth(model, await gpu));

it('as planned for a GPU', async () => {
  const model = { stageDepths: [1], stageWidths: [4], stemWidth: 4 };
  await expectTruth(model, { ...(await gpu), traits: PLAIN_TRAITS });
});
