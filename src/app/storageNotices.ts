/** What the page says when the browser does not store something: one notice for each kind of failure. */
import type { StorageFailure } from '../storage/failure.ts';
import type { StorageTrouble, StorageUse } from '../storage/troubles.ts';
import { locale } from '../text/language.ts';
import { t } from '../text/t.ts';

/** What a person calls it; null: nothing that anyone would miss. In the order in which they are listed. */
const NOUNS: Readonly<Record<StorageUse, string | null>> = {
  runs: t`kept runs`,
  checkpoints: t`checkpoints`,
  experiments: t`results of experiments`,
  ownImages: t`your own images`,
  imageCache: t`downloaded images`,
  settings: t`settings`,
  tab: t`what a reload restores`,
  kernels: null,
  tabs: null,
};

interface Words {
  readonly title: string;
  /** @param things what is not stored, as a list with `and`. */
  readonly text: (things: string) => string;
}

const NOTICES: Readonly<Record<StorageFailure, Words>> = {
  refused: {
    title: t`This browser stores nothing for this page.`,
    text: (things) =>
      t`Its settings, or a private window, block site data. Training works, but these last only until the page is closed or reloaded: ${things}. Save what you want to keep as a file, or allow site data for this page and reload it.`,
  },
  missing: {
    title: t`This browser can’t store everything.`,
    text: (things) =>
      t`These last only until the page is closed or reloaded: ${things}. Browsers store them for pages served over https or from localhost. Save what you want to keep as a file.`,
  },
  full: {
    title: t`This browser has no room left for this page.`,
    text: (things) =>
      t`Some of these could not be stored: ${things}. Delete kept runs or images that you don’t need, or save what you want to keep as a file.`,
  },
  broken: {
    title: t`This browser’s storage is failing.`,
    text: (things) =>
      t`It returned an error or did not respond for: ${things}. Training goes on. Save what you want to keep as a file; restarting the browser often helps.`,
  },
};

/** In place of `missing` where that is because the page did not come over https. */
const INSECURE: Words = {
  title: t`This page was loaded over plain http.`,
  text: (things) =>
    t`Training works, on one processor thread. Over https the page would use all cores and the graphics processor, open without a network, and keep what now lasts only until it is closed or reloaded: ${things}. Save what you want to keep as a file.`,
};

export interface StorageNotice {
  readonly failure: StorageFailure;
  readonly title: string;
  readonly text: string;
}

const FAILURES: readonly StorageFailure[] = ['refused', 'missing', 'full', 'broken'];
const list = new Intl.ListFormat(locale, { type: 'conjunction' });

/**
 * One notice for each kind of failure that takes something a person would miss.
 * @param isSecure whether the page came over https or from localhost.
 */
export function storageNotices(
  troubles: readonly StorageTrouble[],
  isSecure: boolean,
): StorageNotice[] {
  return FAILURES.flatMap((failure) => {
    const uses = troubles.filter((trouble) => trouble.failure === failure).map(({ use }) => use);
    const nouns = Object.entries(NOUNS)
      .filter(([use]) => uses.some((other) => other === use))
      .flatMap(([, noun]) => noun ?? []);
    if (nouns.length === 0) return [];
    const { title, text } = failure === 'missing' && !isSecure ? INSECURE : NOTICES[failure];
    return [{ failure, title, text: text(list.format(nouns)) }];
  });
}
