const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const counted = (count: number, unit: string): string => `${count} ${unit} ago`;

/** `just now`, `3 min ago`, `5 h ago`, `2 days ago`; `just now` also if the clock was set back. */
export function formatAge(ms: number): string {
  if (ms < MINUTE_MS) return 'just now';
  if (ms < HOUR_MS) return counted(Math.floor(ms / MINUTE_MS), 'min');
  if (ms < DAY_MS) return counted(Math.floor(ms / HOUR_MS), 'h');
  const days = Math.floor(ms / DAY_MS);
  return counted(days, days === 1 ? 'day' : 'days');
}
