import { t } from '../../text/t.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `just now`, `3 min ago`, `5 h ago`, `2 days ago`; `just now` also if the clock was set back. */
export function formatAge(ms: number): string {
  if (ms < MINUTE_MS) return t`just now`;
  if (ms < HOUR_MS) return t`${Math.floor(ms / MINUTE_MS)} min ago`;
  if (ms < DAY_MS) return t`${Math.floor(ms / HOUR_MS)} h ago`;
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? t`1 day ago` : t`${days} days ago`;
}
