/** Reads checkpoint files from anywhere: nothing in them is trusted before it has been checked. */
import type { NetworkState } from '../../engine/api.ts';
import { buildGraph } from '../../model/builder.ts';
import type { ModelConfig } from '../../model/config.ts';
import { isAdam } from '../../model/optimizer.ts';
import { ConfigError } from '../../model/errors.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { layerNames } from '../../model/layerNames.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import type { SafetensorsFile, SafetensorsTensor } from '../../weights/safetensors.ts';
import { WeightsError } from '../../weights/weightsError.ts';
import { notFiniteIn } from '../health.ts';
import type { HistoryState } from '../history.ts';
import {
  CHECKPOINT_VERSION,
  type Checkpoint,
  CheckpointError,
  RECORD_KEY,
  type SavedRun,
} from './checkpoint.ts';
import { isSealed } from './checksum.ts';
import { readHistory } from './historyTensors.ts';
import { type CheckpointRecord, type RunRecord, recordSchema, versionSchema } from './record.ts';
import { t } from '../../text/t.ts';

/** Four runs of the deepest nets there are have some 80,000 tensors. */
const MAX_HEADER_BYTES = 64_000_000;

const unfit = (message: string): never => {
  throw new CheckpointError('unfit', message);
};

/** Whether the bytes claim to be a checkpoint, whole or damaged. */
export function isCheckpoint(bytes: Uint8Array): boolean {
  try {
    return readSafetensors(bytes, MAX_HEADER_BYTES).metadata.has(RECORD_KEY);
  } catch {
    return false;
  }
}

/** @throws CheckpointError naming what is wrong. */
export async function readCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const file = checkpointFile(bytes);
  if (!(await isSealed(bytes))) {
    throw new CheckpointError('broken', t`its checksum does not match: it was damaged or changed.`);
  }
  return checkpointIn(file);
}

/** Reads one whose own checksum is zeros, once another has shown that it is whole. @throws CheckpointError */
export const readUnsealed = (bytes: Uint8Array): Checkpoint => checkpointIn(checkpointFile(bytes));

interface CheckpointFile {
  readonly file: SafetensorsFile;
  readonly record: string;
}

function checkpointFile(bytes: Uint8Array): CheckpointFile {
  const file = parse(bytes);
  const record = file.metadata.get(RECORD_KEY);
  if (record === undefined) {
    return unfit(
      file.metadata.has('config')
        ? t`it holds weights alone. A checkpoint also has the momentum and the history.`
        : t`it is a safetensors file, but not a checkpoint.`,
    );
  }
  return { file, record };
}

function checkpointIn({ file, record }: CheckpointFile): Checkpoint {
  const { savedAtMs, adapter, runs } = parseRecord(record);
  const taken = new Set<string>();
  const saved = runs.map((run, i) => readRun(file, run, i, taken));
  const stray = [...file.tensors.keys()].find((name) => !taken.has(name));
  if (stray !== undefined) return unfit(t`no run uses its tensor ${stray}.`);
  return { savedAtMs, adapter, runs: saved };
}

function parse(bytes: Uint8Array): SafetensorsFile {
  try {
    return readSafetensors(bytes, MAX_HEADER_BYTES);
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    throw new CheckpointError('broken', error.message);
  }
}

function parseRecord(text: string): CheckpointRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unfit(t`its record is not JSON.`);
  }
  const version = versionSchema.safeParse(value);
  if (version.success && version.data.version !== CHECKPOINT_VERSION) {
    const kind = version.data.version > CHECKPOINT_VERSION ? 'newer' : 'unfit';
    throw new CheckpointError(
      kind,
      t`it is of version ${version.data.version}; this program reads version ${CHECKPOINT_VERSION}.`,
    );
  }
  const result = recordSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return unfit(
    t`its record is wrong at ${issue?.path.join('.') || t`the top`}: ${issue?.message ?? ''}`,
  );
}

function readRun(file: SafetensorsFile, run: RunRecord, i: number, taken: Set<string>): SavedRun {
  const { stride, slot: colourIndex, kernels: kernelChoices, given: originalConfig, ...rest } = run;
  const { config, name } = run;
  const graph = graphOf(run);
  const known = shapesOf(graph, config.model);
  const dict = (part: keyof NetworkState | 'imported'): StateDict =>
    readDict(file, `${i}/${part}/`, known, taken);
  const { optimizer, averageDecay } = config.training;
  // Before the first step there is none yet.
  const average: StateDict = averageDecay === undefined ? new Map() : dict('average');
  const state: NetworkState = {
    ...{ weights: dict('weights'), momentum: dict('momentum') },
    ...(isAdam(optimizer) ? { secondMoment: dict('secondMoment') } : {}),
    ...(average.size > 0 ? { average } : {}),
  };
  const missing = requiredNames(graph).filter(
    (tensor) => ![state.weights, state.average].every((part) => part?.has(tensor) ?? true),
  );
  if (missing.length > 0) return unfit(t`${name} lacks ${missing.join(', ')}.`);
  const imported = run.imported === null ? null : { ...run.imported, weights: dict('imported') };
  const weights = imported?.weights ?? new Map();
  const bad = notFiniteIn(state) ?? notFiniteIn({ weights, momentum: new Map() });
  if (bad !== null) {
    return unfit(t`${name} holds numbers that are not finite, in ${bad}.`);
  }
  const prefix = `${i}/history/`;
  const history = readHistory(file.tensors, prefix, layerNames(graph), stride);
  for (const tensor of file.tensors.keys()) if (tensor.startsWith(prefix)) taken.add(tensor);
  checkStep(run, history);
  return {
    ...{ ...rest, colourIndex, state, imported, history },
    ...(kernelChoices === undefined ? {} : { kernelChoices }),
    ...(originalConfig === undefined ? {} : { originalConfig }),
  };
}

/** A run has measured every step that it has done; a diverged one also those after its last good step. */
function checkStep({ name, step, status, config }: RunRecord, history: HistoryState): void {
  const measured = (history.latest?.step ?? -1) + 1;
  const { steps } = config.training;
  if (status === 'live' && step > steps) {
    unfit(t`${name} is at step ${step} of ${steps}.`);
  }
  if (status === 'diverged' ? measured < step : measured !== step) {
    unfit(t`${name} is at step ${step}, but its history ends after step ${measured}.`);
  }
}

function graphOf({ name, config }: RunRecord): LayerGraph {
  try {
    return buildGraph(config.model);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return unfit(t`the config of ${name} can’t be built: ${error.message}`);
  }
}

const requiredNames = ({ parameters, runningStatistics }: LayerGraph): string[] =>
  [...parameters, ...runningStatistics].map(({ name }) => name);

/**
 * Shapes of all tensors a run may have, by name: those of its network, and those of the same network with every
 * shortcut, which are kept while shortcuts are off.
 */
function shapesOf(graph: LayerGraph, model: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { parameters, runningStatistics } of [withShortcuts(model), graph]) {
    for (const { name, shape } of parameters) shapes.set(name, shape);
    for (const { name, channels } of runningStatistics) shapes.set(name, [channels]);
  }
  return shapes;
}

function withShortcuts(model: ModelConfig): Pick<LayerGraph, 'parameters' | 'runningStatistics'> {
  try {
    return buildGraph({ ...model, shortcuts: true, cutShortcuts: [] });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { parameters: [], runningStatistics: [] };
  }
}

function readDict(
  { tensors }: SafetensorsFile,
  prefix: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  taken: Set<string>,
): StateDict {
  const dict: StateDict = new Map();
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(`${prefix}${name}`);
    if (tensor === undefined) continue;
    dict.set(name, { shape, data: checked(`${prefix}${name}`, tensor, shape) });
    taken.add(`${prefix}${name}`);
  }
  return dict;
}

function checked(name: string, tensor: SafetensorsTensor, shape: readonly number[]): Float32Array {
  if (tensor.dtype === 'F32' && tensor.shape.join() === shape.join()) return tensor.data;
  return unfit(
    t`tensor ${name} is ${tensor.dtype} [${tensor.shape.join(', ')}], its config asks for F32 [${shape.join(', ')}].`,
  );
}
