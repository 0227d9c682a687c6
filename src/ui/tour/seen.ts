/** Whether the tour has been offered in this browser before. */
const KEY = 'tour';
const SEEN = 'seen';

export function wasSeen(): boolean {
  try {
    return localStorage.getItem(KEY) === SEEN;
  } catch {
    // Storage is forbidden: an offer at every visit would be a nuisance.
    return true;
  }
}

export function noteSeen(): void {
  try {
    localStorage.setItem(KEY, SEEN);
  } catch {
    // As above.
  }
}
