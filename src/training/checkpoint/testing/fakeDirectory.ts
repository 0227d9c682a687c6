/** A directory in memory that behaves as the browser's private file system does, for tests. */
import type { DirectoryHandle } from '../../../storage/folder.ts';

const notFound = () => new DOMException('A requested file could not be found.', 'NotFoundError');
const heldElsewhere = () =>
  new DOMException('Access handles cannot be created.', 'NoModificationAllowedError');

/** The directory as one page has it. */
interface FakePage {
  readonly handle: DirectoryHandle;
  /** The page is gone, crashed or closed: its files are free. */
  close(): void;
}

export class FakeDirectory {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly modifiedMs = new Map<string, number>();
  /** Bytes that fit on the disk. */
  quota = Number.POSITIVE_INFINITY;
  /** Bytes after which the next write ends as if the page had been killed. */
  killedAfter: number | null = null;
  nowMs = 0;
  /** Files that a page has open. */
  private readonly held = new Map<string, FakePage>();

  private get used(): number {
    return [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** As a page that stays has it. */
  get handle(): DirectoryHandle {
    return this.page().handle;
  }

  /** What the code under test gets; the methods that it uses are all there. */
  page(): FakePage {
    const { files, held } = this;
    const get = async (name: string, options?: { create?: boolean }) => {
      if (!files.has(name) && options?.create !== true) throw notFound();
      if (!files.has(name)) files.set(name, new Uint8Array(0));
      return {
        getFile: async () => {
          const file = files.get(name);
          if (file === undefined) throw notFound();
          const lastModified = this.modifiedMs.get(name) ?? 0;
          return Object.assign(new Blob([file]), { lastModified });
        },
        createSyncAccessHandle: async () => {
          if (held.has(name)) throw heldElsewhere();
          held.set(name, page);
          return this.access(name, page);
        },
      };
    };
    const remove = async (name: string) => {
      if (held.has(name)) throw heldElsewhere();
      if (!files.delete(name)) throw notFound();
    };
    const keys = async function* () {
      yield* [...files.keys()];
    };
    const handle = { getFileHandle: get, removeEntry: remove, keys } as unknown as DirectoryHandle;
    const page: FakePage = {
      handle,
      close: () => {
        for (const [name, holder] of held) if (holder === page) held.delete(name);
      },
    };
    return page;
  }

  private access(name: string, page: FakePage) {
    const bytesOf = () => this.files.get(name) ?? new Uint8Array(0);
    const checkHeld = () => {
      if (this.held.get(name) !== page) throw new DOMException('closed', 'InvalidStateError');
    };
    return {
      getSize: () => bytesOf().length,
      truncate: (bytes: number) => {
        checkHeld();
        this.files.set(name, bytesOf().slice(0, bytes));
      },
      read: (into: Uint8Array, { at }: { at: number }) => {
        const part = bytesOf().subarray(at, at + into.length);
        into.set(part);
        return part.length;
      },
      write: (bytes: Uint8Array, { at }: { at: number }) => {
        checkHeld();
        const before = bytesOf();
        // Bytes that replace others need no room.
        const room = this.quota - this.used + Math.max(0, before.length - at);
        const part = bytes.subarray(0, Math.max(0, Math.min(room, this.killedAfter ?? Infinity)));
        const after = new Uint8Array(Math.max(before.length, at + part.length));
        after.set(before);
        after.set(part, at);
        this.files.set(name, after);
        this.modifiedMs.set(name, this.nowMs);
        if (this.killedAfter !== null) throw new Killed();
        return part.length;
      },
      flush: () => undefined,
      close: () => {
        if (this.held.get(name) === page) this.held.delete(name);
      },
    };
  }
}

/** Stands for the end of the page: nothing that comes after it in the code is done. */
export class Killed extends Error {}
