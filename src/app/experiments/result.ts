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
  const { evaluation } = run;
  const isTested = evaluation !== null && measured.testImages > 0;
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
    divergedAt: run.diverged?.step ?? null,
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

function flowOf(history: RunHistory): NonNullable<ArmResult['flow']> {
  const convolutions = weightLayers(history.parameterNames).filter(({ name }) => name !== 'fc');
  const ends = [convolutions[0], convolutions.at(-1)].map((layer) => layer?.parameter ?? 0);
  const flow: NonNullable<ArmResult['flow']> = { step: [], first: [], last: [] };
  for (const [from, to] of [
    ...stretches(0, Math.min(1, history.length)),
    ...stretches(1, history.length),
  ]) {
    const [first = Number.NaN, last = Number.NaN] = ends.map((parameter) =>
      geometricMean(history, parameter, from, to),
    );
    if (!Number.isFinite(first) || !Number.isFinite(last)) continue;
    flow.step.push(history.lastStep[to - 1] ?? 0);
    flow.first.push(first);
    flow.last.push(last);
  }
  return flow;
}

/** Of a parameter's gradient norms in rows `from` … `to`. */
function geometricMean(history: RunHistory, parameter: number, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row++)
    sum += Math.log(history.row('gradNorm', row)[parameter] ?? Number.NaN);
  return Math.exp(sum / (to - from));
}

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
