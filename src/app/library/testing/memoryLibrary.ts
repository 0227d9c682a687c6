/** Kept runs, and a library in memory, for tests. */
import { runConfigSchema } from '../../../model/config.ts';
import type { LibraryStore } from '../store.ts';
import { RECORD_VERSION, type StoredRecord, type StoredRun } from '../storedRun.ts';

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

  async put(record: StoredRecord, file: ArrayBuffer) {
    if (this.isFull) throw new DOMException('no room', 'QuotaExceededError');
    this.kept.set(record.id, structuredClone(record));
    this.files.set(record.id, structuredClone(file));
  }

  async putRecord(record: StoredRecord) {
    this.kept.set(record.id, structuredClone(record));
  }

  async file(id: string) {
    return structuredClone(this.files.get(id));
  }

  async remove(ids: readonly string[]) {
    for (const id of ids) {
      this.kept.delete(id);
      this.files.delete(id);
    }
  }

  async setting(name: string) {
    return this.settings.get(name);
  }

  async set(name: string, value: unknown) {
    this.settings.set(name, value);
  }
}
