/** Adapters by the names that are kept with runs, which are English, in the page's language. */
import { t } from '../text/t.ts';

/** `processor, 4 threads`; a graphics adapter's own name stays as it is. */
export function adapterWords(name: string): string {
  const [, threads] = /^processor, (\d+) threads?$/.exec(name) ?? [];
  if (threads === '1') return t`processor, 1 thread`;
  if (threads !== undefined) return t`processor, ${threads} threads`;
  if (name === 'one CPU core') return t`one CPU core`;
  if (name === 'unnamed adapter') return t`unnamed adapter`;
  if (name === 'unnamed GPU') return t`unnamed GPU`;
  const [, renderer] = /^(.*) \(software\)$/.exec(name) ?? [];
  return renderer === undefined ? name : t`${renderer} (software)`;
}
