/** Folders of the browser's private file system (OPFS). */

/** A file that no other page can open, change or remove until it is closed here, or this page is gone. */
export interface OpenFile {
  read(): Uint8Array<ArrayBuffer>;
  /** @throws DOMException `QuotaExceededError`, with a part of the bytes written. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  /** Returns once everything written is on the disk. */
  flush(): void;
  close(): void;
}

/** Files by name. */
export interface Folder {
  names(): Promise<string[]>;
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** When the file was changed last, in milliseconds since 1970. */
  modifiedMs(name: string): Promise<number>;
  /** Resolves once the bytes have been handed to the disk. A file that was cut off midway may stay behind. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @throws DOMException which `isOpenElsewhere` tells; `NotFoundError` where it is missing and not to be created. */
  open(name: string, creates: boolean): Promise<OpenFile>;
  remove(name: string): Promise<void>;
}

/** Whether an error says that a page has the file open. WebKit calls it an invalid state. */
export const isOpenElsewhere = (error: unknown): boolean =>
  error instanceof DOMException &&
  (error.name === 'NoModificationAllowedError' || error.name === 'InvalidStateError');

/** Whether an error says that there is no such file. */
export const isMissing = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'NotFoundError';

/** As dedicated workers have it; other places have no type for it. */
interface SyncAccessHandle {
  getSize(): number;
  truncate(bytes: number): void;
  read(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  flush(): void;
  close(): void;
}

type WritableHandle = FileSystemFileHandle & {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
};

const isWritable = (handle: FileSystemFileHandle): handle is WritableHandle =>
  'createSyncAccessHandle' in handle;

/** The parts of a `FileSystemDirectoryHandle` that are used. */
export type DirectoryHandle = Pick<
  FileSystemDirectoryHandle,
  'getFileHandle' | 'removeEntry' | 'keys'
>;

/** @throws Error where there is no such file system: a private window of some browsers, an old browser. */
export async function privateFolder(
  storage: StorageManager | undefined,
  name: string,
): Promise<Folder> {
  if (storage?.getDirectory === undefined) throw new Error('this browser has no file system');
  const root = await storage.getDirectory();
  return folderOf(await root.getDirectoryHandle(name, { create: true }));
}

/** `DOMException`s come through: `NotFoundError`, `QuotaExceededError`, `NoModificationAllowedError`. */
export function folderOf(directory: DirectoryHandle): Folder {
  const access = async (name: string, creates: boolean): Promise<SyncAccessHandle> => {
    const handle = await directory.getFileHandle(name, { create: creates });
    if (!isWritable(handle)) throw new Error('this browser can’t write files from a worker');
    return handle.createSyncAccessHandle();
  };
  const fileOf = async (name: string): Promise<File> =>
    (await directory.getFileHandle(name)).getFile();
  return {
    async names() {
      const names: string[] = [];
      for await (const name of directory.keys()) names.push(name);
      return names;
    },
    read: async (name) => new Uint8Array(await (await fileOf(name)).arrayBuffer()),
    modifiedMs: async (name) => (await fileOf(name)).lastModified,
    async write(name, bytes) {
      const handle = await access(name, true);
      try {
        handle.truncate(0);
        writeAll(handle, bytes, 0);
        handle.flush();
      } finally {
        handle.close();
      }
    },
    open: async (name, creates) => openFileOf(await access(name, creates)),
    remove: (name) => directory.removeEntry(name),
  };
}

const openFileOf = (handle: SyncAccessHandle): OpenFile => ({
  read() {
    const bytes = new Uint8Array(handle.getSize());
    for (let at = 0; at < bytes.length; ) {
      const read = handle.read(bytes.subarray(at), { at });
      if (read === 0) return bytes.subarray(0, at);
      at += read;
    }
    return bytes;
  },
  write: (bytes, at) => writeAll(handle, bytes, at),
  flush: () => handle.flush(),
  close: () => handle.close(),
});

function writeAll(handle: SyncAccessHandle, bytes: Uint8Array<ArrayBuffer>, start: number): void {
  for (let done = 0; done < bytes.length; ) {
    const written = handle.write(bytes.subarray(done), { at: start + done });
    if (written === 0) throw new DOMException('the disk is full', 'QuotaExceededError');
    done += written;
  }
}
