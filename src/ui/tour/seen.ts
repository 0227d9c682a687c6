/** Whether the tour has been offered in this browser before. */
import { localArea, readText, writeText } from '../../storage/webStorage.ts';

const KEY = 'tour';
const SEEN = 'seen';

/** True where storage is forbidden: an offer at every visit would be a nuisance. */
export function wasSeen(): boolean {
  const stored = readText(localArea, KEY);
  return stored === SEEN || stored === undefined;
}

export const noteSeen = (): void => writeText(localArea, KEY, SEEN);
