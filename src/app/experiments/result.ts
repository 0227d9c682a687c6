/** Measures a finished arm. */
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import type { RunHistory } from '../../training/history.ts';
import { weightLayers } from '../layers.ts';
import type { RunView } from '../state.ts';
import type { ArmResult } from './armResult.ts';
import type { Arm } from './experiment.ts';

/** Points of a kept curve. */
const CURVE_POINTS = 200;
/** Steps at the start over which gradient norms are averaged. */
const PROFILE_STEPS = 20;
/** The end of training over which the training error is averaged. */
const END_SHARE = 1 / 8;

/** The same for two arms exactly when they train alike. */
export const fingerprintOf = ({ config, changes }: Arm): string =>
  JSON.stringify([config, changes]);

/** What a run at its end says of its arm. */
export function resultOf(
  arm: Arm,
  run: RunView,
  history: RunHistory,
  measured: Pick<ArmResult, 'adapter' | 'images'> & { readonly testImages: number },
): ArmResult {
  const { macs, parameterCount } = buildGraph(arm.config.model);
  const { evaluation, diverged } = run;
  // The test of a run that diverged is one of an earlier step.
  const isTested = evaluation !== null && diverged === null && measured.testImages > 0;
  return {
    arm: arm.id,
    name: arm.name,
    fingerprint: fingerprintOf(arm),
    steps: (history.latest?.step ?? -1) + 1,
    parameters: parameterCount,
    macs,
    curve: curveOf(history),
    end: endOf(history, arm.config.training.batchSize),
    profile: profileOf(history),
    flow: flowOf(history),
    tests: testsOf(history, arm.config),
    test: isTested ? { error: 100 * (1 - evaluation.accuracy), images: measured.testImages } : null,
    trainMs: history.latest?.elapsedMs ?? 0,
    marks: run.markers.map(({ step, label }) => ({ step, label })),
    divergedAt: diverged?.step ?? null,
    adapter: measured.adapter,
    images: measured.images,
  };
}

function testsOf(
  { evaluations }: RunHistory,
  { training, data }: RunConfig,
): NonNullable<ArmResult['tests']> {
  return {
    epochs: evaluations.map(({ step }) => (step * training.batchSize) / data.train),
    error: evaluations.map(({ accuracy }) => 100 * (1 - accuracy)),
  };
}

interface Sums {
  steps: number;
  loss: number;
  accuracy: number;
}

/** Means over rows `from` … `to`, each row weighted by its steps. */
function meansOver({ steps, loss, accuracy }: RunHistory, from: number, to: number): Sums {
  const sums: Sums = { steps: 0, loss: 0, accuracy: 0 };
  for (let row = from; row < to; row++) {
    const count = steps[row] ?? 0;
    sums.steps += count;
    sums.loss += count * (loss.mean[row] ?? Number.NaN);
    sums.accuracy += count * (accuracy.mean[row] ?? Number.NaN);
  }
  return {
    steps: sums.steps,
    loss: sums.loss / sums.steps,
    accuracy: sums.accuracy / sums.steps,
  };
}

/** Rows `from` … `to` in as many stretches of about equal length as a curve has points. */
function stretches(from: number, to: number): [from: number, to: number][] {
  const rows = Math.max(0, to - from);
  const points = Math.min(CURVE_POINTS, rows);
  const edge = (point: number) => from + Math.floor((point * rows) / points);
  return Array.from({ length: points }, (_, point) => [edge(point), edge(point + 1)]);
}

function curveOf(history: RunHistory): ArmResult['curve'] {
  const curve: ArmResult['curve'] = { step: [], loss: [], error: [] };
  for (const [from, to] of stretches(0, history.length)) {
    const { loss, accuracy } = meansOver(history, from, to);
    curve.step.push((history.lastStep[to - 1] ?? 0) + 1);
    curve.loss.push(loss);
    curve.error.push(100 * (1 - accuracy));
  }
  return curve;
}

/** Training error and loss over the last eighth of the steps so far. */
export function endOf(history: RunHistory, batchSize: number): ArmResult['end'] {
  if (history.length === 0) return { error: 100, loss: 0, images: 0 };
  const from = history.length - Math.max(1, Math.round(END_SHARE * history.length));
  const { steps, loss, accuracy } = meansOver(history, from, history.length);
  return { error: 100 * (1 - accuracy), loss, images: steps * batchSize };
}

/** Step 0 by itself where it is known, then stretches of rows. */
function flowOf(history: RunHistory): NonNullable<ArmResult['flow']> {
  const convolutions = weightLayers(history.parameterNames).filter(({ name }) => name !== 'fc');
  const [firstLayer, lastLayer] = [convolutions[0], convolutions.at(-1)];
  const normsOf = (gradNorm: ArrayLike<number>): Ends => [
    gradNorm[firstLayer?.parameter ?? 0] ?? Number.NaN,
    gradNorm[lastLayer?.parameter ?? 0] ?? Number.NaN,
  ];
  const flow: NonNullable<ArmResult['flow']> = { step: [], first: [], last: [] };
  const add = (step: number, ends: readonly Ends[]) => {
    const known = ends.filter((pair) => pair.every(Number.isFinite));
    if (known.length === 0) return;
    flow.step.push(step);
    flow.first.push(geometricMean(known.map(([first]) => first)));
    flow.last.push(geometricMean(known.map(([, last]) => last)));
  };
  const start = history.startGradNorm;
  if (start !== null) add(0, [normsOf(start)]);
  const isFirstAlone = start !== null && history.steps[0] === 1;
  for (const [from, to] of stretches(isFirstAlone ? 1 : 0, history.length)) {
    const rows = Array.from({ length: to - from }, (_, i) => history.row('gradNorm', from + i));
    add(history.lastStep[to - 1] ?? 0, rows.map(normsOf));
  }
  return flow;
}

/** Gradient norms of the first layer and of the last convolution. */
type Ends = readonly [first: number, last: number];

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

function profileOf(history: RunHistory): ArmResult['profile'] {
  const layers = weightLayers(history.parameterNames);
  const rows = Math.min(history.length, Math.max(1, history.rowOf(PROFILE_STEPS - 1) + 1));
  const gradNorm = layers.map(({ parameter }) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += history.row('gradNorm', row)[parameter] ?? 0;
    return sum / Math.max(1, rows);
  });
  return { layer: layers.map(({ name }) => name), gradNorm };
}
