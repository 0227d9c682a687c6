/** Web storage, one text per key. Nothing here throws: storage may be forbidden or full, and the page works without it. */
import { noteTrouble, type StorageUse } from './troubles.ts';

export interface StorageArea {
  readonly use: StorageUse;
  /** Looked up at every use: the lookup itself throws where storage is forbidden. */
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem'>;
}

export const localArea: StorageArea = { use: 'settings', storage: () => localStorage };
export const sessionArea: StorageArea = { use: 'tab', storage: () => sessionStorage };

/** Null: nothing is stored; undefined: it can't be read. */
export function readText({ use, storage }: StorageArea, key: string): string | null | undefined {
  try {
    return storage().getItem(key);
  } catch (error) {
    noteTrouble(use, error);
    return undefined;
  }
}

/** What can't be stored lasts as long as the page. */
export function writeText({ use, storage }: StorageArea, key: string, text: string): void {
  try {
    storage().setItem(key, text);
  } catch (error) {
    noteTrouble(use, error);
  }
}

/** Unchecked; null where there is nothing, or no JSON. */
export function readJson(area: StorageArea, key: string): unknown {
  try {
    return JSON.parse(readText(area, key) ?? 'null');
  } catch {
    return null;
  }
}

export const writeJson = (area: StorageArea, key: string, value: unknown): void =>
  writeText(area, key, JSON.stringify(value));
