/** The keys of studies in the page's state. */
import type { RunConfig } from '../model/config.ts';

export const LESION_SWEEP = 'lesion sweep';
export const DEAD_UNITS = 'dead units';

/**
 * @param name of the use: studies of one kind under different names do not replace each other.
 * @param ofModel whether a run's study is forgotten when its model changes, even by a cut shortcut.
 */
export const studyKey = (
  name: string,
  { id, config }: { readonly id: string; readonly config: RunConfig },
  ofModel: boolean,
): string => `${name} ${id}${ofModel ? ` ${JSON.stringify(config.model)}` : ''}`;
