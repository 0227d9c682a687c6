/**
 * Makes the trained pair that the page offers (`src/app/trainedPair.ts`) out of a residual net's checkpoint and its plain
 * twin's, as `headless train` wrote them. Because it is downloaded it is small: weights have the ten bits of half
 * precision, there is no momentum, and the curves are coarse.
 */
import { gzipSync } from 'node:zlib';
import { buildGraph } from '../src/model/builder.ts';
import { layerNames } from '../src/model/layerNames.ts';
import { networkName } from '../src/model/networkName.ts';
import type { StateDict } from '../src/model/graph.ts';
import type { SavedRun } from '../src/training/checkpoint/checkpoint.ts';
import { writeCheckpoint } from '../src/training/checkpoint/write.ts';
import { type HistoryState, RunHistory } from '../src/training/history.ts';
import { readBytes } from './files.ts';
import { note } from './note.ts';
import { writeWhole } from './outputFile.ts';
import { readSavedRun } from './savedRun.ts';

/** Rows of a run's curves. */
const ROWS = 400;

export interface TestedCheckpoint {
  readonly file: string;
  /** On how many images, as `headless eval` prints it. */
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** @throws HeadlessError naming the file that can't be read or written. */
export async function writeTrainedPair(
  tested: readonly TestedCheckpoint[],
  out: string,
): Promise<void> {
  const checkpoints = await Promise.all(
    tested.map(async ({ file }) => readSavedRun(file, await readBytes(file), null)),
  );
  const runs = checkpoints.flatMap(({ saved }, i) => {
    const test = tested[i];
    return test === undefined ? [] : [reduced(saved, i, test)];
  });
  const [first] = checkpoints;
  if (first === undefined) return;
  const { savedAtMs, adapter } = first.checkpoint;
  const bytes = gzipSync(await writeCheckpoint({ savedAtMs, adapter, runs }), { level: 9 });
  await writeWhole(out, bytes);
  note(`written: ${out}, ${bytes.length} bytes`);
}

function reduced(saved: SavedRun, colourIndex: number, test: TestedCheckpoint): SavedRun {
  const { config, status, step, elapsedMs, images, state } = saved;
  const { loss, accuracy } = test;
  const history = coarse(saved);
  const last = { step: step - 1, loss, accuracy };
  return {
    ...{ config, status, step, elapsedMs, colourIndex },
    // Where they were read from is nobody’s concern.
    images: images === null ? null : { ...images, title: 'CIFAR-10' },
    ...{ name: networkName(config.model), divergence: null, imported: null, marks: [] },
    state: { weights: rounded(state.weights), momentum: new Map() },
    history: { ...history, evaluations: [last] },
    lastTest: { step, images: test.images, accuracy },
  };
}

function coarse({ config, history }: SavedRun): HistoryState {
  const names = layerNames(buildGraph(config.model));
  const whole = RunHistory.from(names, history);
  const result = new RunHistory(names, ROWS);
  for (let row = 0; row < whole.length; row++) {
    result.append({
      step: Uint32Array.of(whole.firstStep[row] ?? 0),
      loss: whole.loss.mean.slice(row, row + 1),
      accuracy: whole.accuracy.mean.slice(row, row + 1),
      learningRate: whole.learningRate.slice(row, row + 1),
      elapsedMs: Float64Array.of(whole.elapsedMs[row] ?? 0),
      gradNorm: whole.row('gradNorm', row),
    });
  }
  const { state } = result;
  const gradNorm = toTenBits(result.float32('gradNorm').slice(0, state.columns.gradNorm?.length));
  return { ...state, columns: { ...state.columns, gradNorm } };
}

const rounded = (weights: StateDict): StateDict =>
  new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: toTenBits(data) }]));

/** The nearest numbers with ten bits behind the leading one, ties to even. */
export function toTenBits(values: Float32Array): Float32Array {
  const result = values.slice();
  const bits = new Uint32Array(result.buffer);
  for (const [i, word] of bits.entries()) {
    bits[i] = (word + 0xfff + ((word >>> 13) & 1)) & 0xffffe000;
  }
  return result;
}
