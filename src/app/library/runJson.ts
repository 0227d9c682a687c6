/**
 * A run as JSON, for people and other programs. The file explains itself in `about`; all curves are columns of equal
 * length, with one number per row.
 */
import { buildGraph } from '../../model/builder.ts';
import type { LayerNames } from '../../model/layerNames.ts';
import type { SavedRun } from '../../training/checkpoint/checkpoint.ts';
import { RunHistory } from '../../training/history.ts';
import type { StatisticKind } from '../../training/measurements.ts';
import type { RowTable } from '../../training/rowTable.ts';
import { float32 } from '../csv.ts';
import type { StoredRun } from './storedRun.ts';

const ABOUT = {
  config: 'the run config, as `headless train --config` takes it',
  status: '`finished`, `diverged`, or `live`: stopped before its last step',
  curves:
    'one entry a row of the history. A row holds `stepsInRow` consecutive steps, the last of which is `step` (from 0): `loss` and `accuracy` are their means on the training batches, with smallest and largest values beside them; `learningRate` and `elapsedMs` (training time, pauses not counted) are those of the last',
  gradNorm:
    'by parameter: L2 norm of the loss’s gradient before weight decay, mean over the row’s steps',
  layerStatistics:
    'in coarser rows of their own: `weightNorm` by parameter, its L2 norm before the step, and `updateNorm`, the L2 norm of what the step took from it; `activationStd` by convolution, the standard deviation of its response over the batch, behind its BatchNorm and before activation and addition; means over the row’s steps, null where not measured',
  evaluations: 'loss and accuracy (0–1) on the test images after that many steps',
  marks: 'what was done to the run, before the step of that number',
  kernels: 'how the engine did each operation, on which the last bits depend',
  weightsSha256:
    'SHA-256 of all parameters and running statistics after `stepsDone` steps, as little-endian float32 in the order of the network',
  arithmetic:
    '`exact` if every step gives the same bits on every machine; the run can then be verified: `headless verify FILE`',
  replay:
    'the config that trains the run again, with all that was changed on the way; null where there is none',
};

/** @param names the parameters and layers of the history. */
export function runJson(
  record: Pick<StoredRun, 'name' | 'network' | 'engine' | 'adapter' | 'keptAtMs' | 'weightsFrom'>,
  run: SavedRun,
  names: LayerNames,
  weightsSha256: string,
): string {
  const { config, status, step, divergence, images, marks, kernelChoices } = run;
  const { arithmetic = null, replay = null } = run;
  const history = RunHistory.from(names, run.history);
  const floats = (values: Float32Array) => Array.from(values, (value) => float32(value) ?? null);
  const spread = ({ mean, min, max }: typeof history.loss) => ({
    mean: floats(mean),
    min: floats(min),
    max: floats(max),
  });
  const byName = (table: RowTable, quantity: StatisticKind | 'gradNorm') =>
    Object.fromEntries(
      table.namesOf(quantity).map((name, place) => {
        const value = (_: unknown, row: number) => table.row(quantity, row)[place] ?? Number.NaN;
        return [name, floats(Float32Array.from({ length: table.length }, value))];
      }),
    );
  const { statistics } = history;
  return `${pretty({
    format: 'residual-playground-run',
    version: 1,
    about: ABOUT,
    name: record.name ?? record.network,
    savedAt: new Date(record.keptAtMs).toISOString(),
    config,
    status,
    stepsDone: step,
    divergence,
    parameters: buildGraph(config.model).parameterCount,
    images,
    weightsFrom: record.weightsFrom,
    engine: record.engine,
    adapter: record.adapter,
    kernels: kernelChoices ?? {},
    arithmetic,
    weightsSha256,
    replay,
    marks,
    evaluations: history.evaluations,
    curves: {
      step: Array.from(history.lastStep),
      stepsInRow: Array.from(history.steps),
      elapsedMs: Array.from(history.elapsedMs, Math.round),
      learningRate: floats(history.learningRate),
      loss: spread(history.loss),
      accuracy: spread(history.accuracy),
      gradNorm: byName(history, 'gradNorm'),
    },
    layerStatistics: {
      step: Array.from(statistics.lastStep),
      stepsInRow: Array.from(statistics.steps),
      weightNorm: byName(statistics, 'weightNorm'),
      updateNorm: byName(statistics, 'updateNorm'),
      activationStd: byName(statistics, 'activationStd'),
    },
  })}\n`;
}

/** Indented, but an array of plain values on one line. */
function pretty(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  const isPlain = parts.every(([, part]) => typeof part !== 'object' || part === null);
  if (parts.length === 0 || (isList && isPlain)) return JSON.stringify(value);
  const inner = `${indent} `;
  const lines = parts.map(([key, part]) => {
    const text = pretty(part, inner);
    return `${inner}${isList ? '' : `${JSON.stringify(key)}: `}${text}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
