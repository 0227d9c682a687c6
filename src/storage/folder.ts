/** Folders of the browser's private file system (OPFS). */

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
  return {
    async names() {
      const names: string[] = [];
      for await (const name of directory.keys()) names.push(name);
      return names;
    },
    async read(name) {
      const handle = await directory.getFileHandle(name);
      return new Uint8Array(await (await handle.getFile()).arrayBuffer());
    },
    async write(name, bytes) {
      const handle = await directory.getFileHandle(name, { create: true });
      if (!isWritable(handle)) throw new Error('this browser can’t write files from a worker');
      const access = await handle.createSyncAccessHandle();
      try {
        access.truncate(0);
        for (let at = 0; at < bytes.length; ) {
          const written = access.write(bytes.subarray(at), { at });
          if (written === 0) throw new DOMException('the disk is full', 'QuotaExceededError');
          at += written;
        }
        access.flush();
      } finally {
        access.close();
      }
    },
    remove: (name) => directory.removeEntry(name),
  };
}
