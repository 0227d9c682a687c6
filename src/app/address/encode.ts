/** A setup → the address's part behind `#`: only what differs from the defaults, in the schema's order. */
import { DEFAULT_CHART_SETTINGS } from '../chartSettings.ts';
import { differing, entriesOf } from './entries.ts';
import { mended } from './handedOn.ts';
import {
  ADDRESS_VERSION,
  type PageSetup,
  pageSchema,
  runSchema,
  type Setup,
  type SetupRun,
  STANDARD_PAGE_ENTRIES,
  STANDARD_RUN,
} from './setup.ts';

const entriesOfRun = ({ config, ...rest }: SetupRun): Map<string, string> =>
  entriesOf(runSchema, { ...config, ...rest });

const entriesOfPage = (page: PageSetup): Map<string, string> =>
  entriesOf(pageSchema, { ...page, charts: page.charts ?? DEFAULT_CHART_SETTINGS });

/**
 * `v=1&model.stageDepths=9,9,9&run2.model.shortcuts=off`: what the first run has otherwise than the defaults, for all
 * runs, then what each further run has otherwise than the first. Empty where nothing differs.
 */
export function encodeSetup({ page, runs }: Setup): string {
  const pairs = [
    ...differing(pageSchema, entriesOfPage(page), STANDARD_PAGE_ENTRIES),
    ...(runs === null ? [] : runPairs(runs)),
  ];
  if (pairs.length === 0) return '';
  const address = [['v', ADDRESS_VERSION], ...pairs].map(([path, text]) => `${path}=${text}`);
  const text = address.join('&');
  // A name may end like a sentence; behind an & nothing is taken for one's end.
  return mended(text) === text ? text : `${text}&`;
}

function runPairs(runs: readonly [SetupRun, ...SetupRun[]]): [string, string][] {
  const [base, ...others] = runs.map(entriesOfRun);
  if (base === undefined) return [];
  const shared = [...differing(runSchema, base, STANDARD_RUN)];
  const own = others.flatMap((entries, i) =>
    [...differing(runSchema, entries, base)].map(([path, text]): [string, string] => [
      `run${i + 2}.${path}`,
      text,
    ]),
  );
  // How many runs there are shows in the last one's entries, if it has any.
  const last = own.some(([path]) => path.startsWith(`run${runs.length}.`));
  const isClear = runs.length === 1 ? shared.length > 0 : last;
  return [...(isClear ? [] : [['runs', `${runs.length}`] as [string, string]]), ...shared, ...own];
}
