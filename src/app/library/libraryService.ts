/** What the library's worker answers. Everything that takes long is in here, away from the page. */
import { reasonOf } from '../../data/dataError.ts';
import { buildGraph } from '../../model/builder.ts';
import { type LayerNames, layerNames } from '../../model/layerNames.ts';
import { isFull } from '../../storage/quota.ts';
import {
  type Checkpoint,
  CheckpointError,
  type SavedRun,
} from '../../training/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../../training/checkpoint/read.ts';
import { checkpointFileName } from '../../training/checkpoint/write.ts';
import { exportedConfig, weightsFile } from '../../training/exportWeights.ts';
import type { NamedTensor } from '../../training/runIdentity.ts';
import { completeState } from '../../training/state.ts';
import { weightsSha256 } from '../../training/weightsHash.ts';
import type { ExportChoice } from '../../weights/formats/registry.ts';
import { classNamesOf, type Publication, publicationOf, testOf } from '../publish/publication.ts';
import { measuresOf } from './measures.ts';
import { runJson } from './runJson.ts';
import type { LibraryStore } from './store.ts';
import {
  LibraryError,
  parseStoredRun,
  RECORD_VERSION,
  type RunToStore,
  type StoredRun,
  type StoredRunPatch,
  toRecord,
} from './storedRun.ts';

interface Listing {
  /** Newest first; those deleted are left out. */
  readonly runs: readonly StoredRun[];
  /** Runs whose records can't be read. */
  readonly damaged: readonly { readonly id: string; readonly reason: string }[];
  readonly baseline: string | null;
}

/** A run that could not be stored, with its file back. */
interface NotStored {
  readonly reason: string;
  /** There is no room left in this browser. */
  readonly isFull: boolean;
  readonly file: ArrayBuffer;
}

/** A stored run, or one that is not: as the trainer's `saveRun` gave it. */
export type RunSource =
  | { readonly kind: 'stored'; readonly id: string }
  | { readonly kind: 'file'; readonly file: ArrayBuffer; readonly about: RunToStore };

export interface SavedFile {
  readonly fileName: string;
  readonly bytes: ArrayBuffer;
}

export type LibraryApi = ReturnType<typeof libraryService>;

/** A visit may end before what it deleted is gone for good; after this time it goes. */
const PURGE_MS = 3_600_000;
const BASELINE = 'baseline';

/**
 * Every method rejects where the storage fails or a run's file can't be read; `libraryFailure` says why.
 * @param onChanged called when what is stored has changed.
 */
export function libraryService(
  store: LibraryStore,
  onChanged: () => void = () => undefined,
  now: () => number = Date.now,
) {
  const fileOf = async (id: string): Promise<ArrayBuffer> => {
    const file = await store.file(id);
    if (file instanceof ArrayBuffer) return file;
    throw new LibraryError('its curves and weights are not in this browser any more');
  };
  const read = async (id: string): Promise<Opened> => opened(await fileOf(id));
  const before = async (id: string): Promise<StoredRun | null> => {
    try {
      return parseStoredRun(await store.record(id));
    } catch {
      return null;
    }
  };

  return {
    async list(): Promise<Listing> {
      const runs: StoredRun[] = [];
      const damaged: { id: string; reason: string }[] = [];
      const stale: string[] = [];
      for (const { id, record } of await store.records()) {
        try {
          const run = parseStoredRun(record);
          if (run.deletedAtMs === null) runs.push(run);
          else if (now() - run.deletedAtMs > PURGE_MS) stale.push(id);
        } catch (error) {
          damaged.push({ id, reason: libraryFailure(error) });
        }
      }
      if (stale.length > 0) await store.remove(stale);
      const baseline = await store.setting(BASELINE);
      return {
        runs: runs.sort((a, b) => b.keptAtMs - a.keptAtMs),
        damaged,
        baseline: typeof baseline === 'string' ? baseline : null,
      };
    },

    /** A run stored before under the same id is replaced, and keeps the name and the pin that a person gave it. */
    async save({
      about,
      file,
    }: {
      readonly about: RunToStore;
      readonly file: ArrayBuffer;
    }): Promise<StoredRun | NotStored> {
      try {
        const { checkpoint, run, names } = await opened(file);
        const bytes = file.byteLength;
        const unhashed = storedRunOf(about, checkpoint, run, names.parameterNames, bytes);
        const fresh = { ...unhashed, weightsSha256: await hashOf(run) };
        const { isPinned = false, name = null } = (await before(about.id)) ?? {};
        const stored = { ...fresh, isPinned, name: about.name ?? name };
        await store.put(toRecord(stored), file);
        onChanged();
        return stored;
      } catch (error) {
        return { reason: libraryFailure(error), isFull: isFull(error), file };
      }
    },

    async update(changed: { readonly ids: readonly string[]; readonly patch: StoredRunPatch }) {
      for (const id of changed.ids) {
        const run = parseStoredRun(await store.record(id));
        await store.putRecord(toRecord({ ...run, ...changed.patch }));
      }
      onChanged();
    },

    /** Deletes for good. */
    async remove(ids: readonly string[]) {
      await store.remove(ids);
      onChanged();
    },

    async setBaseline(id: string | null) {
      await store.set(BASELINE, id);
      onChanged();
    },

    async history(id: string) {
      const { run, names } = await read(id);
      return { ...names, history: run.history };
    },

    /** Parameters and running statistics. */
    async tensors(id: string): Promise<readonly NamedTensor[]> {
      const { run } = await read(id);
      return [...stateOf(run).weights].map(([name, tensor]) => ({ name, ...tensor }));
    },

    /** The run's file, to continue from exactly there. */
    async checkpoint(id: string): Promise<SavedFile> {
      const bytes = await fileOf(id);
      const { runs } = await readCheckpoint(new Uint8Array(bytes));
      return { fileName: checkpointFileName(runs), bytes };
    },

    async weights({
      id,
      choice,
    }: {
      readonly id: string;
      readonly choice: ExportChoice;
    }): Promise<SavedFile> {
      const { run } = await read(id);
      const { step, images, divergence: diverged } = run;
      const config = exportedConfig(run.config, run.imported?.source ?? null);
      const classNames = classNamesOf(images);
      const origin = { config, step, classNames, test: testOf(run), diverged };
      return weightsFile(stateOf(run).weights, origin, choice);
    },

    /** What of the run goes to the Hugging Face hub. @param title what the page calls it. */
    async publication({
      source,
      title,
    }: {
      readonly source: RunSource;
      readonly title: string;
    }): Promise<Publication> {
      const file = source.kind === 'stored' ? await fileOf(source.id) : source.file;
      const { run, names } = await opened(file);
      return publicationOf(run, names, title);
    },

    /** A run as JSON, for people and other programs. */
    async json(source: RunSource): Promise<SavedFile> {
      const file = source.kind === 'stored' ? await fileOf(source.id) : source.file;
      const { checkpoint, run, names } = await opened(file);
      const stored =
        source.kind === 'stored'
          ? parseStoredRun(await store.record(source.id))
          : storedRunOf(source.about, checkpoint, run, names.parameterNames, file.byteLength);
      const hash = await hashOf(run);
      const { buffer } = new TextEncoder().encode(runJson(stored, run, names, hash));
      const fileName = checkpointFileName([run]).replace('.checkpoint.safetensors', '.json');
      return { fileName, bytes: buffer };
    },
  };
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

const hashOf = (run: SavedRun): Promise<string> =>
  weightsSha256(buildGraph(run.config.model), stateOf(run).weights);

function storedRunOf(
  { id, name, engine }: RunToStore,
  { adapter, savedAtMs }: Checkpoint,
  saved: SavedRun,
  parameterNames: readonly string[],
  bytes: number,
): StoredRun {
  const { config, history, status, step, colourIndex, marks, imported, name: network } = saved;
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
    arithmetic: saved.arithmetic,
    isPinned: false,
    deletedAtMs: null,
  };
}

/** What went wrong with the library, in words. */
export function libraryFailure(error: unknown): string {
  if (error instanceof LibraryError || error instanceof CheckpointError) return error.message;
  return reasonOf(error);
}
