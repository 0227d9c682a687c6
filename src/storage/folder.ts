/** Folders of the browser's private file system (OPFS). */
import { StorageError } from './failure.ts';
import { failed, inTime, storageError } from './storageError.ts';
import { noteTrouble, type StorageUse } from './troubles.ts';

/** A file that no other page can open, change or remove until it is closed here, or this page is gone. */
export interface OpenFile {
  read(): Uint8Array<ArrayBuffer>;
  /** Parts of the bytes may be written even so. @throws StorageError, which is noted */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  /** Returns once everything written is on the disk. @throws StorageError, which is noted */
  flush(): void;
  close(): void;
}

/** Files by name. */
export interface Folder {
  names(): Promise<string[]>;
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A file's size, and when it was changed last, in milliseconds since 1970. */
  stat(name: string): Promise<{ readonly bytes: number; readonly modifiedMs: number }>;
  /** Resolves once the bytes have been handed to the disk. A file that was cut off midway may stay behind. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Opens a file, and makes it where it is missing if it `creates`. */
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

/** @throws StorageError, which is noted, where there is no such file system: an insecure page, a private window. */
export async function privateFolder(name: string, use: StorageUse): Promise<Folder> {
  try {
    return folderOf(await inTime(directoryOf(name)), use);
  } catch (error) {
    noteTrouble(use, error);
    throw storageError(error);
  }
}

async function directoryOf(name: string): Promise<FileSystemDirectoryHandle> {
  // Insecure pages have no `storage`, old browsers no `getDirectory`.
  const storage: Partial<StorageManager> | undefined = globalThis.navigator?.storage;
  if (storage?.getDirectory === undefined) throw failed('missing');
  const root = await storage.getDirectory();
  return root.getDirectoryHandle(name, { create: true });
}

/**
 * All methods throw `StorageError`, which is noted, or a `DOMException` that `isMissing` tells where there is no such file,
 * or `isOpenElsewhere` where a page has it open.
 */
export function folderOf(directory: DirectoryHandle, use: StorageUse = 'checkpoints'): Folder {
  const noting = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const isStorage = error instanceof StorageError || error instanceof DOMException;
      if (!isStorage || isMissing(error) || isOpenElsewhere(error)) throw error;
      noteTrouble(use, error);
      throw storageError(error);
    }
  };
  return {
    names: () => noting(inTime(namesIn(directory))),
    read: (name) => noting(readFile(directory, name)),
    async stat(name) {
      const { size: bytes, lastModified: modifiedMs } = await noting(fileOf(directory, name));
      return { bytes, modifiedMs };
    },
    write: (name, bytes) => noting(writeFile(directory, name, bytes)),
    open: async (name, creates) =>
      openFileOf(await noting(accessTo(directory, name, creates)), use),
    remove: (name) => noting(directory.removeEntry(name)),
  };
}

async function namesIn(directory: DirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of directory.keys()) names.push(name);
  return names;
}

const fileOf = async (directory: DirectoryHandle, name: string): Promise<File> =>
  (await directory.getFileHandle(name)).getFile();

async function readFile(
  directory: DirectoryHandle,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fileOf(directory, name)).arrayBuffer());
}

async function accessTo(
  directory: DirectoryHandle,
  name: string,
  create: boolean,
): Promise<SyncAccessHandle> {
  const handle = await directory.getFileHandle(name, { create });
  if (!isWritable(handle)) throw failed('missing');
  return whilePageLasts(await handle.createSyncAccessHandle());
}

/**
 * Chromium freezes the workers of a page that is left, in the middle of a function. Where it then ends the page, the
 * function may go on all the same, and a file that it changes or closes takes the renderer down, with the page that came
 * after. The browser has closed the file by then.
 */
function whilePageLasts(access: SyncAccessHandle): SyncAccessHandle {
  const assertPage = (): void => {
    if (isPageGone()) throw failed('broken');
  };
  return {
    getSize: () => access.getSize(),
    read: (bytes, options) => access.read(bytes, options),
    flush: () => access.flush(),
    truncate(bytes) {
      assertPage();
      access.truncate(bytes);
    },
    write(bytes, options) {
      assertPage();
      return access.write(bytes, options);
    },
    close() {
      if (!isPageGone()) access.close();
    },
  };
}

/** Whether this worker's page is gone: a destroyed context sets no timers, and answers with 0. */
function isPageGone(): boolean {
  const timer = setTimeout(() => undefined);
  clearTimeout(timer);
  return Number(timer) === 0;
}

async function writeFile(
  directory: DirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const access = await accessTo(directory, name, true);
  try {
    access.truncate(0);
    writeAll(access, bytes, 0);
    access.flush();
  } finally {
    access.close();
  }
}

function openFileOf(access: SyncAccessHandle, use: StorageUse): OpenFile {
  const noting = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      noteTrouble(use, error);
      throw storageError(error);
    }
  };
  return {
    read() {
      const bytes = new Uint8Array(access.getSize());
      for (let at = 0; at < bytes.length; ) {
        const read = access.read(bytes.subarray(at), { at });
        if (read === 0) return bytes.subarray(0, at);
        at += read;
      }
      return bytes;
    },
    write: (bytes, at) => noting(() => writeAll(access, bytes, at)),
    flush: () => noting(() => access.flush()),
    close: () => access.close(),
  };
}

function writeAll(access: SyncAccessHandle, bytes: Uint8Array<ArrayBuffer>, start: number): void {
  for (let done = 0; done < bytes.length; ) {
    const written = access.write(bytes.subarray(done), { at: start + done });
    if (written === 0) throw failed('full');
    done += written;
  }
}
