/** Sets of images by the titles that are kept with runs and in files, which are English, in the page's language. */
import { t } from '../text/t.ts';

const PLACES = new Map([
  ['this server', t`this server`],
  ['this browser', t`this browser`],
  ['Hugging Face hub', t`Hugging Face hub`],
]);

/** `CIFAR-10 (this server)`. Names that people gave stay as they are. */
export function shownTitle(title: string): string {
  if (title === 'Synthetic shapes (not CIFAR-10)') return t`Synthetic shapes (not CIFAR-10)`;
  const [, set = '', place = ''] = /^(.*) \(([^()]*)\)$/.exec(title) ?? [];
  const shown = PLACES.get(place);
  if (shown !== undefined) return t`${shownTitle(set)} (${shown})`;
  const [, name, known] = /^(.*), not checked to be (.*)$/.exec(title) ?? [];
  return name === undefined || known === undefined ? title : t`${name}, not checked to be ${known}`;
}
