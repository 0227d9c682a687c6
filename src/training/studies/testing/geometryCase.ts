/** The studies of the loss's geometry against `reference/geometry.json`, which PyTorch made in float64. */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { EngineDevice, Gather } from '../../../engine/api.ts';
import { readCase } from '../../../engine/reference/case.ts';
import { DeviationMeter } from '../../../engine/reference/deviation.ts';
import { caseFiles } from '../../../engine/reference/readCase.ts';
import type { StateDict } from '../../../model/graph.ts';
import { BatchLoss, MeanState } from '../batchLoss.ts';
import { Bend } from '../bend.ts';
import { curvatureAt } from '../curvature.ts';
import { FlatWeights } from '../flatWeights.ts';
import { interpolated } from '../interpolation.ts';
import { principalPlane } from '../principalPlane.ts';

const number = z.number();
const row = z.object({ alpha: number, loss: number, accuracy: number });
const expectedSchema = z.record(
  z.string(),
  z.object({
    line: z.array(row),
    curve: z.object({
      rate: number,
      steps: z.array(z.object({ place: number, loss: number })),
      rows: z.array(row),
    }),
    curvature: z.object({
      ...{ largest: number, smallest: number, loss: number, gradientNorm: number },
      noise: z.object({ squaredGradient: number, trace: number }),
    }),
    path: z.object({ shares: z.array(number), points: z.array(z.array(number)) }),
  }),
);

export const GEOMETRY_CASES = ['batchnorm-eps', 'sgd-decay-of-weights'] as const;

/** Relative deviations at most. */
export const GEOMETRY_TOLERANCE = {
  line: 1e-5,
  curve: 1e-5,
  gradients: 1e-4,
  largest: 5e-3,
  path: 1e-4,
} as const;
const BATCHES = 5;

/** Relative deviations of everything measured. */
export async function geometryDeviations(
  device: EngineDevice,
  name: (typeof GEOMETRY_CASES)[number],
): Promise<Record<keyof typeof GEOMETRY_TOLERANCE, number>> {
  const file = new URL('../../../../reference/geometry.json', import.meta.url);
  const expected = expectedSchema.parse(JSON.parse(readFileSync(file, 'utf8')))[name];
  if (expected === undefined) throw new Error(`no ${name} in geometry.json`);
  const { config, graph, images, labels, initial, final } = readCase(caseFiles(name));
  const { batchSize } = config.training;
  const { inputSize } = config.model;
  const batch = device.createBatch({ batchSize, inputSize });
  const load = (first: number, count: number): Gather | undefined => {
    const length = 3 * inputSize * inputSize;
    batch.upload(
      images.subarray(first * length, (first + count) * length),
      labels.subarray(first, first + count),
    );
    return undefined;
  };
  const batchLoss = await BatchLoss.open(device, config, {}, batch, load);
  const worst = (meter: DeviationMeter) => meter.deviation.worst;

  const probe = await device.createProbe({ graph }, batch);
  const compareRow = async (
    meter: DeviationMeter,
    weights: StateDict,
    { alpha, loss, accuracy }: z.infer<typeof row>,
  ) => {
    const statistics = new MeanState();
    for (let i = 0; i < BATCHES; i++) {
      statistics.add((await batchLoss.step(weights, i)).statistics);
    }
    probe.load(new Map([...weights, ...statistics.mean]));
    const found = await probe.evaluate(BATCHES * batchSize, load);
    meter.compare(`loss at ${alpha}`, found.loss, loss, loss);
    meter.compare(`accuracy at ${alpha}`, found.accuracy, accuracy, 1);
  };
  const line = new DeviationMeter('line', GEOMETRY_TOLERANCE.line);
  for (const one of expected.line) {
    await compareRow(line, interpolated(initial, final, one.alpha), one);
  }

  const curve = new DeviationMeter('curve', GEOMETRY_TOLERANCE.curve);
  const bend = new Bend(new FlatWeights(graph), initial, final);
  for (const [i, { place, loss }] of expected.curve.steps.entries()) {
    const step = await batchLoss.step(bend.at(place), i);
    curve.compare(`loss of step ${i}`, step.loss, loss, loss);
    bend.descend(step.gradient, place, expected.curve.rate);
  }
  for (const one of expected.curve.rows) await compareRow(curve, bend.at(one.alpha), one);
  probe.destroy();

  const gradients = new DeviationMeter('gradients', GEOMETRY_TOLERANCE.gradients);
  const largest = new DeviationMeter('largest', GEOMETRY_TOLERANCE.largest);
  batchLoss.destroy();
  // Differences of gradients see the kinks of ReLU, which PyTorch's second derivative does not.
  const model = { ...config.model, activation: 'tanh' } as const;
  const smooth = await BatchLoss.open(device, { ...config, model }, {}, batch, load);
  const found = await last(curvatureAt(smooth, BATCHES, final, null));
  const { curvature } = expected;
  largest.compare('largest', found.largest, curvature.largest, curvature.largest);
  gradients.compare('loss', found.loss, curvature.loss, curvature.loss);
  const { gradientNorm, noise } = curvature;
  gradients.compare('norm', found.gradientNorm, gradientNorm, gradientNorm);
  gradients.compare('trace', found.noise?.trace, noise.trace, noise.trace);
  // The difference of two squares of this size.
  const square = gradientNorm ** 2;
  gradients.compare('square', found.noise?.squaredGradient, noise.squaredGradient, square);
  smooth.destroy();

  const path = new DeviationMeter('path', GEOMETRY_TOLERANCE.path);
  const plane = principalPlane(await stepsOf(device, name));
  const size = Math.hypot(...(expected.path.points[0] ?? []));
  for (const [k, share] of plane.shares.entries()) {
    path.compare(`share ${k}`, share, expected.path.shares[k], 1);
  }
  for (const [i, point] of plane.points.entries()) {
    for (const [k, place] of point.entries()) {
      // Either sign is a principal direction.
      path.compare(
        `point ${i}`,
        Math.abs(place),
        Math.abs(expected.path.points[i]?.[k] ?? 0),
        size,
      );
    }
  }
  batch.destroy();
  return {
    ...{ line: worst(line), curve: worst(curve), gradients: worst(gradients) },
    ...{ largest: worst(largest), path: worst(path) },
  };
}

/** Where the case's training passes. */
async function stepsOf(device: EngineDevice, name: string): Promise<Float32Array[]> {
  const { config, graph, images, labels, initial } = readCase(caseFiles(name));
  const { batchSize, learningRate } = config.training;
  if (typeof learningRate !== 'number') throw new RangeError('a case has a constant learning rate');
  const { inputSize } = config.model;
  const batch = device.createBatch({ batchSize, inputSize });
  const network = await device.createNetwork({ graph, training: config.training }, batch);
  const stepper = device.createStepper(batch, [network]);
  const flat = new FlatWeights(graph);
  network.load({ weights: initial });
  const saved = async (): Promise<StateDict> => (await network.save()).weights;
  const path = [flat.vectorOf(initial)];
  const length = 3 * inputSize * inputSize;
  for (let step = 0; step < BATCHES; step++) {
    const [from, to] = [step * batchSize, (step + 1) * batchSize];
    batch.upload(images.subarray(from * length, to * length), labels.subarray(from, to));
    await stepper.step({ step, learningRates: [learningRate], readback: true });
    path.push(flat.vectorOf(await saved()));
  }
  stepper.destroy();
  network.destroy();
  batch.destroy();
  return path;
}

async function last<T, R>(generator: AsyncGenerator<T, R, void>): Promise<R> {
  for (;;) {
    const { value, done } = await generator.next();
    if (done) return value;
  }
}
