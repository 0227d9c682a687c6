/** A directory in memory that behaves as the browser's private file system does, for tests. */
import type { DirectoryHandle } from '../../../storage/folder.ts';

const notFound = () => new DOMException('A requested file could not be found.', 'NotFoundError');

export class FakeDirectory {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Bytes that fit on the disk. */
  quota = Number.POSITIVE_INFINITY;
  /** Bytes after which the next write ends as if the page had been killed. */
  killedAfter: number | null = null;

  private get used(): number {
    return [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** What the code under test gets; the methods that it uses are all there. */
  get handle(): DirectoryHandle {
    const { files } = this;
    const open = async (name: string, options?: { create?: boolean }) => {
      if (!files.has(name) && options?.create !== true) throw notFound();
      if (!files.has(name)) files.set(name, new Uint8Array(0));
      return {
        getFile: async () => new Blob([files.get(name) ?? new Uint8Array(0)]),
        createSyncAccessHandle: async () => this.access(name),
      };
    };
    const remove = async (name: string) => {
      if (!files.delete(name)) throw notFound();
    };
    const keys = async function* () {
      yield* [...files.keys()];
    };
    return { getFileHandle: open, removeEntry: remove, keys } as unknown as DirectoryHandle;
  }

  private access(name: string) {
    return {
      truncate: (bytes: number) => {
        this.files.set(name, (this.files.get(name) ?? new Uint8Array(0)).slice(0, bytes));
      },
      write: (bytes: Uint8Array, { at }: { at: number }) => {
        const room = Math.min(this.quota - this.used, this.killedAfter ?? bytes.length);
        const part = bytes.subarray(0, Math.max(0, room));
        const before = this.files.get(name) ?? new Uint8Array(0);
        const after = new Uint8Array(Math.max(before.length, at + part.length));
        after.set(before);
        after.set(part, at);
        this.files.set(name, after);
        if (this.killedAfter !== null) throw new Killed();
        return part.length;
      },
      flush: () => undefined,
      close: () => undefined,
    };
  }
}

/** Stands for the end of the page: nothing that comes after it in the code is done. */
export class Killed extends Error {}
