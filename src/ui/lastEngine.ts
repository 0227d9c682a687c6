/** Keeps which engine trained last in this browser: where two are about as fast, the next visit stays with it. */
import type { StoreApi } from 'zustand/vanilla';
import type { PageState } from '../app/state.ts';
import { type EngineId, isEngineId } from '../engine/engineNames.ts';
import { localArea, readText, writeText } from '../storage/webStorage.ts';

const KEY = 'engine';

export function lastEngine(): EngineId | undefined {
  const stored = readText(localArea, KEY) ?? '';
  return isEngineId(stored) ? stored : undefined;
}

/** Stores every change. @returns what ends that. */
export const keepLastEngine = (store: StoreApi<PageState>): (() => void) =>
  store.subscribe(({ engine }, before) => {
    if (engine !== null && engine.id !== before.engine?.id) writeText(localArea, KEY, engine.id);
  });
