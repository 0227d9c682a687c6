/** What the library's worker answers. Everything that takes long is in here, away from the page. */
import { reasonOf } from '../../data/dataError.ts';
import { buildGraph } from '../../model/builder.ts';
import { type LayerNames, layerNames } from '../../model/layerNames.ts';
import { StorageError, type StorageFailure } from '../../storage/failure.ts';
import { storageError } from '../../storage/storageError.ts';
import {
  type Checkpoint,
  CheckpointError,
  type SavedRun,
} from '../../training/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../../training/checkpoint/read.ts';
import { checkpointFileName } from '../../training/checkpoint/write.ts';
import { exportedConfig, weightsFile } from '../../training/exportWeights.ts';
import { RunHistory } from '../../training/history.ts';
import type { NamedTensor } from '../../training/runIdentity.ts';
import { givenWeights } from '../../training/state.ts';
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
  type Deletion,
  type RunToStore,
  type StoredRun,
  type StoredRunPatch,
  toRecord,
} from './storedRun.ts';
import { t } from '../../text/t.ts';

interface Listing {
  /** Newest first; those deleted are left out. */
  readonly runs: readonly StoredRun[];
  /** Runs whose records can't be read. */
  readonly damaged: readonly { readonly id: string; readonly reason: string }[];
  /** Runs that a newer version of this program has stored. */
  readonly newer: number;
  readonly baseline: string | null;
}

/** A run that could not be stored. */
interface NotStored {
  readonly failure: StorageFailure;
  /** As it would have been stored. */
  readonly run: StoredRun;
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
  const fileOf = async (source: RunSource): Promise<ArrayBuffer> => {
    if (source.kind === 'file') return source.file;
    const file = await store.file(source.id);
    if (file instanceof ArrayBuffer) return file;
    throw new LibraryError(t`its curves and weights are not in this browser any more`);
  };
  const read = async (source: RunSource): Promise<Opened> => opened(await fileOf(source));
  /** Changes records one by one; one that can't be read stays as it is. */
  const changeReadable = async (
    ids: readonly string[],
    change: (run: StoredRun) => StoredRun | 'keep' | 'remove',
  ): Promise<void> => {
    await store.change(ids, (record) => {
      const run = record === undefined ? null : readable(record);
      const changed = run === null ? 'keep' : change(run);
      return typeof changed === 'string' ? changed : { record: toRecord(changed) };
    });
    onChanged();
  };

  return {
    /** Where the browser stores nothing, nothing is listed; it is noted why. */
    async list(): Promise<Listing> {
      const runs: StoredRun[] = [];
      const damaged: { id: string; reason: string }[] = [];
      let newer = 0;
      const isStale = ({ deletedAtMs }: StoredRun) =>
        deletedAtMs !== null && now() - deletedAtMs > PURGE_MS;
      const stale: string[] = [];
      const records = await store.records().catch((error: unknown) => {
        if (error instanceof StorageError) return [];
        throw error;
      });
      for (const { id, record } of records) {
        try {
          const run = parseStoredRun(record);
          if (run.deletedAtMs === null) runs.push(run);
          else if (isStale(run)) stale.push(id);
        } catch (error) {
          if (isNewer(error)) newer++;
          else damaged.push({ id, reason: libraryFailure(error) });
        }
      }
      // Another page may have brought one back meanwhile.
      if (stale.length > 0) {
        await changeReadable(stale, (run) => (isStale(run) ? 'remove' : 'keep')).catch(
          () => undefined,
        );
      }
      const baseline = await store.setting(BASELINE).catch(() => null);
      return {
        runs: runs.sort((a, b) => b.keptAtMs - a.keptAtMs),
        ...{ damaged, newer },
        baseline: typeof baseline === 'string' ? baseline : null,
      };
    },

    /**
     * A run stored before under the same id is replaced, and keeps the name and the pin that a person gave it. Rejects
     * where the file can't be read; a browser that does not store it is an answer.
     */
    async save({
      about,
      file,
    }: Extract<RunSource, { kind: 'file' }>): Promise<StoredRun | NotStored> {
      const { checkpoint, run, names } = await opened(file);
      const bytes = file.byteLength;
      const unhashed = storedRunOf(about, checkpoint, run, names, bytes);
      const fresh = { ...unhashed, weightsSha256: await hashOf(run) };
      let stored = fresh;
      try {
        await store.change([about.id], (record) => {
          const before = record === undefined ? null : readable(record, isNewer);
          const { isPinned = false, name = null } = before ?? {};
          stored = { ...fresh, isPinned, name: about.name ?? name };
          return { record: toRecord(stored), file };
        });
      } catch (error) {
        if (error instanceof StorageError) return { failure: error.failure, run: fresh };
        throw error;
      }
      onChanged();
      return stored;
    },

    async update({
      ids,
      patch,
    }: {
      readonly ids: readonly string[];
      readonly patch: StoredRunPatch;
    }) {
      await changeReadable(ids, (run) => ({ ...run, ...patch }));
    },

    /** Takes runs out of the list, which can be undone. @returns what this call deleted: another page may have been first. */
    async delete(ids: readonly string[]): Promise<Deletion[]> {
      const deleted: Deletion[] = [];
      await changeReadable(ids, (run) => {
        if (run.deletedAtMs !== null) return 'keep';
        const deletedAtMs = now();
        deleted.push({ id: run.id, deletedAtMs });
        return { ...run, deletedAtMs };
      });
      return deleted;
    },

    /** @returns ids of those that are not there to be brought back: another page has deleted them for good. */
    async undelete(deletions: readonly Deletion[]): Promise<string[]> {
      const gone = new Set(deletions.map(({ id }) => id));
      await changeReadable([...gone], (run) => {
        gone.delete(run.id);
        return isOf(deletions, run) ? { ...run, deletedAtMs: null } : 'keep';
      });
      return [...gone];
    },

    /** Deletes for good what was deleted then, and nothing that was kept again since. */
    async purge(deletions: readonly Deletion[]) {
      const ids = deletions.map(({ id }) => id);
      await changeReadable(ids, (run) => (isOf(deletions, run) ? 'remove' : 'keep'));
    },

    /** Deletes for good those of the runs whose records can't be read. */
    async removeDamaged(ids: readonly string[]) {
      await store.change(ids, (record) => {
        try {
          parseStoredRun(record);
          return 'keep';
        } catch (error) {
          return isNewer(error) ? 'keep' : 'remove';
        }
      });
      onChanged();
    },

    async setBaseline(id: string | null) {
      await store.set(BASELINE, id);
      onChanged();
    },

    async history(source: RunSource) {
      const { run, names } = await read(source);
      return { ...names, history: run.history };
    },

    /** Parameters and running statistics. */
    async tensors(source: RunSource): Promise<readonly NamedTensor[]> {
      const { run } = await read(source);
      return [...weightsOf(run)].map(([name, tensor]) => ({ name, ...tensor }));
    },

    /** The run's file, to continue from exactly there. */
    async checkpoint(source: RunSource): Promise<SavedFile> {
      const bytes = await fileOf(source);
      const { runs } = await readCheckpoint(new Uint8Array(bytes));
      return { fileName: checkpointFileName(runs), bytes };
    },

    async weights({
      source,
      choice,
    }: {
      readonly source: RunSource;
      readonly choice: ExportChoice;
    }): Promise<SavedFile> {
      const { run } = await read(source);
      const { step, images, divergence: diverged } = run;
      const config = exportedConfig(run.config, run.imported?.source ?? null);
      const classNames = classNamesOf(images);
      const origin = { config, step, classNames, test: testOf(run), diverged };
      return weightsFile(weightsOf(run), origin, choice);
    },

    /** What of the run goes to the Hugging Face hub. @param title what the page calls it. */
    async publication({
      source,
      title,
    }: {
      readonly source: RunSource;
      readonly title: string;
    }): Promise<Publication> {
      const { run, names } = await read(source);
      return publicationOf(run, names, title);
    },

    /** A run as JSON, for people and other programs. */
    async json(source: RunSource): Promise<SavedFile> {
      const file = await fileOf(source);
      const { checkpoint, run, names } = await opened(file);
      const stored =
        source.kind === 'stored'
          ? parseStoredRun(await store.record(source.id))
          : storedRunOf(source.about, checkpoint, run, names, file.byteLength);
      const hash = await hashOf(run);
      const { buffer } = new TextEncoder().encode(runJson(stored, run, names, hash));
      const fileName = checkpointFileName([run]).replace('.checkpoint.safetensors', '.json');
      return { fileName, bytes: buffer };
    },
  };
}

const isOf = (deletions: readonly Deletion[], { id, deletedAtMs }: StoredRun): boolean =>
  deletions.some((deletion) => deletion.id === id && deletion.deletedAtMs === deletedAtMs);

const isNewer = (error: unknown): boolean => error instanceof LibraryError && error.isNewer;

/** Null where the record can't be read. @param isMeant errors that are thrown all the same. */
function readable(
  record: unknown,
  isMeant: (error: unknown) => boolean = () => false,
): StoredRun | null {
  try {
    return parseStoredRun(record);
  } catch (error) {
    if (isMeant(error)) throw error;
    return null;
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
  if (run === undefined) throw new LibraryError(t`its file holds no run`);
  return { checkpoint, run, names: layerNames(buildGraph(run.config.model)) };
}

const weightsOf = ({ config, state }: SavedRun) =>
  givenWeights(buildGraph(config.model), config.training.seed, state);

const hashOf = (run: SavedRun): Promise<string> =>
  weightsSha256(buildGraph(run.config.model), weightsOf(run));

function storedRunOf(
  { id, name, engine }: RunToStore,
  { adapter, savedAtMs }: Checkpoint,
  saved: SavedRun,
  names: LayerNames,
  bytes: number,
): StoredRun {
  const { config, history, status, step, colourIndex, marks, imported, name: network } = saved;
  const measures = measuresOf(RunHistory.from(names, history), config.training);
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
  return reasonOf(error instanceof DOMException ? storageError(error) : error);
}
