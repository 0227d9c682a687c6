/** Web storage, one text per key. Nothing here throws: storage may be forbidden or full, and the page works without it. */

/** Looked up at every use, since the lookup itself throws where storage is forbidden. */
export type StorageArea = () => Pick<Storage, 'getItem' | 'setItem'>;

export const localArea: StorageArea = () => localStorage;
export const sessionArea: StorageArea = () => sessionStorage;

/** Null: nothing is stored; undefined: storage is forbidden. */
export function readText(area: StorageArea, key: string): string | null | undefined {
  try {
    return area().getItem(key);
  } catch {
    return undefined;
  }
}

export function writeText(area: StorageArea, key: string, text: string): void {
  try {
    area().setItem(key, text);
  } catch {
    // What is not stored lasts as long as the page.
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
