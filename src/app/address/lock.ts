/** How far a link locks the page, in three ready choices and one that is stricter. */
import type { RunEdit } from '../../training/changes.ts';

/** Locks under which students still cut shortcuts, by their name in the address (`lock=cut`). */
export const OPEN_LOCKS = ['explore', 'cut'] as const;

/**
 * - `false`: everything can be edited.
 * - `explore`: networks and training are as the link has them; shortcuts can be cut, and all views are there.
 * - `cut`: the same, and what is left of the page is training, shortcuts and curves.
 * - `true`: not even shortcuts can be cut.
 */
export type Lock = boolean | (typeof OPEN_LOCKS)[number];

const OFF_THE_PAGE = [
  ...['builder', 'data', 'weights', 'checkpoint', 'engine'],
  ...['tab-runs', 'tab-inside', 'tab-lesions', 'tab-surface', 'tab-geometry'],
  ...['experiments', 'tour', 'add-run', 'export', 'chart-controls', 'samples', 'kernel-times'],
];

/** The parts of the page that are not shown: those of the link's list, and those that its lock takes off. */
export const hiddenParts = (address: {
  readonly hidden: readonly string[];
  readonly lock: Lock;
}): readonly string[] =>
  address.lock === 'cut' ? [...address.hidden, ...OFF_THE_PAGE] : address.hidden;

/** Whether shortcuts can be cut and restored. */
export const canCut = (lock: Lock): boolean => lock !== true;

/** Whether a run can be changed in this way. */
export const canChange = (lock: Lock, { kind }: RunEdit): boolean =>
  lock === false || (canCut(lock) && (kind === 'shortcuts' || kind === 'blockShortcut'));
