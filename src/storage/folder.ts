/** Folders of the browser's private file system (OPFS). */
import { inTime, StorageError, storageError } from './failure.ts';
import { noteTrouble, type StorageUse } from './troubles.ts';

/** Whole files, by name. */
export interface Folder {
  names(): Promise<string[]>;
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Resolves once the bytes have been handed to the disk. A file that was cut off midway may stay behind. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(name: string): Promise<void>;
}

/** As dedicated workers have it; other places have no type for it. */
interface SyncAccessHandle {
  truncate(bytes: number): void;
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
  if (storage?.getDirectory === undefined) throw new StorageError('missing');
  const root = await storage.getDirectory();
  return root.getDirectoryHandle(name, { create: true });
}

/** All methods throw `StorageError`, which is noted, or a `DOMException` `NotFoundError` where there is no such file. */
export function folderOf(directory: DirectoryHandle, use: StorageUse = 'checkpoints'): Folder {
  const noting = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const isStorage = error instanceof StorageError || error instanceof DOMException;
      if (!isStorage || error.name === 'NotFoundError') throw error;
      noteTrouble(use, error);
      throw storageError(error);
    }
  };
  return {
    names: () => noting(inTime(namesIn(directory))),
    read: (name) => noting(readFile(directory, name)),
    write: (name, bytes) => noting(writeFile(directory, name, bytes)),
    remove: (name) => noting(directory.removeEntry(name)),
  };
}

async function namesIn(directory: DirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of directory.keys()) names.push(name);
  return names;
}

async function readFile(
  directory: DirectoryHandle,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await directory.getFileHandle(name);
  return new Uint8Array(await (await handle.getFile()).arrayBuffer());
}

async function writeFile(
  directory: DirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const handle = await directory.getFileHandle(name, { create: true });
  if (!isWritable(handle)) throw new StorageError('missing');
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    for (let at = 0; at < bytes.length; ) {
      const written = access.write(bytes.subarray(at), { at });
      if (written === 0) throw new StorageError('full');
      at += written;
    }
    access.flush();
  } finally {
    access.close();
  }
}
