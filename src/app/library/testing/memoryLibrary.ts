/** Kept runs, and a library in memory, for tests. */
import { runConfigSchema } from '../../../model/config.ts';
import { failed } from '../../../storage/storageError.ts';
import type { Decision, LibraryStore } from '../store.ts';
import { RECORD_VERSION, type StoredRun } from '../storedRun.ts';

export function storedRun(id: string, change: Partial<StoredRun> = {}): StoredRun {
  return {
    version: RECORD_VERSION,
    ...{ id, name: null, network: 'ResNet-20', colourIndex: 0, status: 'finished', step: 2000 },
    config: runConfigSchema.parse({ version: 1 }),
    ...{ elapsedMs: 60_000, keptAtMs: 1_790_000_000_000, parameters: 269_722 },
    ...{ bestAccuracy: 0.625, lastAccuracy: 0.5, gradientRatio: 2.5, imagesPerSecond: 4000 },
    engine: 'webgpu',
    adapter: { name: 'Test', vendor: '', architecture: '', isSoftware: true },
    ...{ markers: [], weightsFrom: null, bytes: 1000, isPinned: false, deletedAtMs: null },
    ...change,
  };
}

/** Behaves as IndexedDB does: what goes in and comes out is a copy. */
export class MemoryLibrary implements LibraryStore {
  readonly kept = new Map<string, unknown>();
  readonly files = new Map<string, unknown>();
  readonly settings = new Map<string, unknown>();
  /** There is no room for another file. */
  isFull = false;

  async records() {
    return [...this.kept].map(([id, record]) => ({ id, record: structuredClone(record) }));
  }

  async record(id: string) {
    return structuredClone(this.kept.get(id));
  }

  async file(id: string) {
    return structuredClone(this.files.get(id));
  }

  async change(ids: readonly string[], decide: (record: unknown, id: string) => Decision) {
    const decisions = ids.map(
      (id) => [id, decide(structuredClone(this.kept.get(id)), id)] as const,
    );
    for (const [id, decision] of decisions) {
      if (decision === 'keep') continue;
      if (decision === 'remove') {
        this.kept.delete(id);
        this.files.delete(id);
        continue;
      }
      const { record, file } = decision;
      if (file !== undefined && this.isFull) throw failed('full');
      this.kept.set(id, structuredClone(record));
      if (file !== undefined) this.files.set(id, structuredClone(file));
    }
  }

  async setting(name: string) {
    return this.settings.get(name);
  }

  async set(name: string, value: unknown) {
    this.settings.set(name, value);
  }
}
