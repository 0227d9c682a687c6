/** Files that a command writes: whole or not at all, with errors in one line. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HeadlessError, reason } from './files.ts';

/**
 * Writes the file beside its place and moves it there once it is on the disk, so that neither a full disk nor a killed
 * process leaves part of one.
 * @throws HeadlessError in one line
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const known = await stat(target).catch(() => null);
    // A device or a pipe is written to, not replaced.
    if (known !== null && !known.isFile() && !known.isDirectory()) await write(target, content);
    else await replace(target, content);
  } catch (error) {
    throw cantWrite(path, error);
  }
}

async function replace(path: string, content: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    await write(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function write(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    // A device can't be synchronised.
    if ((await file.stat()).isFile()) await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the folder and those it is in. @throws HeadlessError in one line */
export async function makeFolder(path: string): Promise<void> {
  try {
    if (existsSync(path) && statSync(path).isDirectory()) return;
    // One by one: Node's recursive way calls a read-only disk a missing folder.
    const parent = dirname(path);
    if (parent !== path) await makeFolder(parent);
    await mkdir(path);
  } catch (error) {
    throw error instanceof HeadlessError ? error : cantWrite(path, error);
  }
}

/** By the system's name for it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota of the disk is used up',
  EFBIG: 'it would be larger than files may be here',
  EACCES: 'you have no permission to',
  EPERM: 'you have no permission to',
  EROFS: 'the disk is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'one of its folders is a file',
  EEXIST: 'it is a file',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

/** What keeps a file from being written, in one line. */
export function cantWrite(path: string, error: unknown): HeadlessError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = code === 'ENOENT' ? `there is no folder ${dirname(path)}` : REASONS[code];
  return new HeadlessError(`can’t write ${path}: ${why ?? reason(error)}`);
}
