/**
 * What could not be stored, noted once for each use and failure by the modules of this folder, on the page and in its
 * workers. Workers pass theirs on as events; the page says all of them in one notice for each failure (`notices.ts`).
 */
import { failureOf, type StorageFailure } from './failure.ts';

/** What is stored. */
export type StorageUse =
  | 'settings'
  | 'tab'
  | 'runs'
  | 'experiments'
  | 'kernels'
  | 'checkpoints'
  | 'imageCache'
  | 'ownImages'
  | 'tabs';

export interface StorageTrouble {
  readonly use: StorageUse;
  readonly failure: StorageFailure;
}

type Listener = (trouble: StorageTrouble) => void;

const noted: StorageTrouble[] = [];
const listeners = new Set<Listener>();

/** Notes that `use` failed with `error`; the same trouble is told once. */
export function noteTrouble(use: StorageUse, error: unknown): void {
  tell({ use, failure: failureOf(error) });
}

/** Notes what a worker has noted. */
export function tell(trouble: StorageTrouble): void {
  if (noted.some((other) => isSameTrouble(other, trouble))) return;
  noted.push(trouble);
  for (const listener of listeners) listener(trouble);
}

/** Tells the listener what was noted in this page or worker, before and from now on. @returns what ends that. */
export function onTrouble(listener: Listener): () => void {
  for (const trouble of noted) listener(trouble);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const isSameTrouble = (a: StorageTrouble, b: StorageTrouble): boolean =>
  a.use === b.use && a.failure === b.failure;
