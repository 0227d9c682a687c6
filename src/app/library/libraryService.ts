/** What the library's worker does with a request. Everything that takes long is in here, away from the page. */
import { reasonOf } from '../../data/dataError.ts';
import { CIFAR10_CLASSES } from '../../data/normalization.ts';
import { buildGraph } from '../../model/builder.ts';
import { type LayerNames, layerNames } from '../../model/layerNames.ts';
import {
  type Checkpoint,
  CheckpointError,
  type SavedRun,
} from '../../training/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../../training/checkpoint/read.ts';
import { isFull } from '../../training/checkpoint/store.ts';
import { checkpointFileName } from '../../training/checkpoint/write.ts';
import { weightsFile } from '../../training/exportWeights.ts';
import { completeState } from '../../training/state.ts';
import type { ExportChoice } from '../../weights/formats/registry.ts';
import { measuresOf } from './measures.ts';
import type { Listing, NewRun, Reply, Request, RunSource } from './messages.ts';
import { runJson } from './runJson.ts';
import type { LibraryStore } from './store.ts';
import {
  LibraryError,
  parseStoredRun,
  RECORD_VERSION,
  type StoredRun,
  toRecord,
} from './storedRun.ts';

export type Answer = Reply extends infer R ? (R extends Reply ? Omit<R, 'request'> : never) : never;

/** What was deleted in a visit that ended before it was deleted for good goes after this time. */
const PURGE_MS = 3_600_000;
const BASELINE = 'baseline';

export class LibraryService {
  constructor(
    private readonly store: LibraryStore,
    private readonly now: () => number = Date.now,
  ) {}

  /** Never rejects: what goes wrong is the reply. */
  async answer(body: Request): Promise<Answer> {
    try {
      return await this.serve(body);
    } catch (error) {
      const file = body.type === 'keep' ? body.file : null;
      return { type: 'failed', message: messageOf(error), isFull: isFull(error), file };
    }
  }

  private async serve(body: Request): Promise<Answer> {
    switch (body.type) {
      case 'list':
        return { type: 'list', ...(await this.list()) };
      case 'keep':
        return { type: 'kept', run: await this.keep(body.about, body.file) };
      case 'update':
        for (const id of body.ids) {
          const changed = Object.entries(body.patch).filter(([, value]) => value !== undefined);
          const record = parseStoredRun(await this.store.record(id));
          await this.store.putRecord(toRecord({ ...record, ...Object.fromEntries(changed) }));
        }
        return { type: 'done' };
      case 'remove':
        await this.store.remove(body.ids);
        return { type: 'done' };
      case 'setBaseline':
        await this.store.set(BASELINE, body.id);
        return { type: 'done' };
      case 'history': {
        const { run, names } = await this.read(body.id);
        return { type: 'history', ...names, history: run.history };
      }
      case 'tensors': {
        const { run } = await this.read(body.id);
        const { weights } = stateOf(run);
        return { type: 'tensors', tensors: [...weights].map(([name, t]) => ({ name, ...t })) };
      }
      case 'checkpoint': {
        const bytes = await this.file(body.id);
        const { runs } = await readCheckpoint(new Uint8Array(bytes));
        return { type: 'file', fileName: checkpointFileName(runs), bytes };
      }
      case 'weights':
        return { type: 'file', ...(await this.weights(body.id, body.choice)) };
      case 'json':
        return { type: 'file', ...(await this.json(body.source)) };
      default:
        return body satisfies never;
    }
  }

  private async list(): Promise<Listing> {
    const runs: StoredRun[] = [];
    const damaged: { id: string; reason: string }[] = [];
    const stale: string[] = [];
    for (const { id, record } of await this.store.records()) {
      try {
        const run = parseStoredRun(record);
        if (run.deletedAtMs === null) runs.push(run);
        else if (this.now() - run.deletedAtMs > PURGE_MS) stale.push(id);
      } catch (error) {
        damaged.push({ id, reason: messageOf(error) });
      }
    }
    if (stale.length > 0) await this.store.remove(stale);
    const baseline = await this.store.setting(BASELINE);
    return {
      runs: runs.sort((a, b) => b.keptAtMs - a.keptAtMs),
      damaged,
      baseline: typeof baseline === 'string' ? baseline : null,
    };
  }

  /** A run kept before under the same id is replaced, and keeps what a person has made of it. */
  private async keep(about: NewRun, file: ArrayBuffer): Promise<StoredRun> {
    const { checkpoint, run, names } = await opened(file);
    const record = storedRunOf(about, checkpoint, run, names.parameterNames, file.byteLength);
    const before = await this.before(about.id);
    const { isPinned = false, name = null } = before ?? {};
    const kept = { ...record, isPinned, name: about.name ?? name };
    await this.store.put(toRecord(kept), file);
    return kept;
  }

  private async before(id: string): Promise<StoredRun | null> {
    try {
      return parseStoredRun(await this.store.record(id));
    } catch {
      return null;
    }
  }

  private async file(id: string): Promise<ArrayBuffer> {
    const file = await this.store.file(id);
    if (file instanceof ArrayBuffer) return file;
    throw new LibraryError('its curves and weights are not in this browser any more');
  }

  private async read(id: string): Promise<Opened> {
    return opened(await this.file(id));
  }

  private async weights(id: string, choice: ExportChoice) {
    const { run } = await this.read(id);
    const { config, step, images, lastTest, history } = run;
    const tested = history.evaluations.at(-1);
    const isTested = lastTest?.step === step && tested?.step === step;
    const origin = {
      config,
      step,
      classNames: images?.isCifar10 === true ? CIFAR10_CLASSES : [],
      test: isTested
        ? { loss: tested.loss, accuracy: tested.accuracy, images: lastTest.images }
        : null,
    };
    const { weights } = stateOf(run);
    return weightsFile(weights, origin, choice);
  }

  private async json(source: RunSource): Promise<{ fileName: string; bytes: ArrayBuffer }> {
    const file = source.kind === 'kept' ? await this.file(source.id) : source.file;
    const { checkpoint, run, names } = await opened(file);
    const record =
      source.kind === 'kept'
        ? parseStoredRun(await this.store.record(source.id))
        : storedRunOf(source.about, checkpoint, run, names.parameterNames, file.byteLength);
    const { buffer } = new TextEncoder().encode(runJson(record, run, names));
    const fileName = checkpointFileName([run]).replace('.checkpoint.safetensors', '.json');
    return { fileName, bytes: buffer };
  }
}

interface Opened {
  readonly checkpoint: Checkpoint;
  readonly run: SavedRun;
  readonly names: LayerNames;
}

/** @throws CheckpointError */
async function opened(file: ArrayBuffer): Promise<Opened> {
  const checkpoint = await readCheckpoint(new Uint8Array(file));
  const [run] = checkpoint.runs;
  if (run === undefined) throw new LibraryError('its file holds no run');
  return { checkpoint, run, names: layerNames(buildGraph(run.config.model)) };
}

const stateOf = ({ config, state }: SavedRun) =>
  completeState(buildGraph(config.model), config.training.seed, state);

function storedRunOf(
  { id, name, engine }: NewRun,
  { adapter, savedAtMs }: Checkpoint,
  { config, history, status, step, colourIndex, marks, imported, name: network }: SavedRun,
  parameterNames: readonly string[],
  bytes: number,
): StoredRun {
  const measures = measuresOf(parameterNames, history, config.training);
  return {
    version: RECORD_VERSION,
    ...{ id, name, network, colourIndex, config, status, engine, adapter, bytes },
    ...measures,
    step: status === 'diverged' ? measures.step : step,
    elapsedMs: history.latest?.elapsedMs ?? 0,
    keptAtMs: savedAtMs,
    parameters: buildGraph(config.model).parameterCount,
    markers: marks.map(({ step: at, label }) => ({ step: at, label })),
    weightsFrom: imported?.source ?? null,
    isPinned: false,
    deletedAtMs: null,
  };
}

function messageOf(error: unknown): string {
  if (error instanceof LibraryError || error instanceof CheckpointError) return error.message;
  return reasonOf(error);
}
