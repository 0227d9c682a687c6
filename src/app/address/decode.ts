/** The address's part behind `#` → a setup. What can't be read or used is refused by name; the rest stays. */
import * as z from 'zod/mini';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import { ConfigError, type ConfigIssue } from '../../model/errors.ts';
import { describeIssue, withClassesOfSource } from '../../model/parse.ts';
import { MAX_RUNS } from '../../training/protocol/commands.ts';
import { checkRunnable } from '../../training/validateRun.ts';
import { type Checked, dropInvalidEntries } from './dropInvalidEntries.ts';
import { type Entries, entryFault, fieldsOf, overlaid } from './entries.ts';
import { counted } from '../words.ts';
import { mended } from './handedOn.ts';
import { isPart } from './parts.ts';
import {
  ADDRESS_VERSION,
  type PageSetup,
  pageSchema,
  runSchema,
  type Setup,
  type SetupRun,
  STANDARD_PAGE,
  STANDARD_PAGE_ENTRIES,
  STANDARD_RUN,
} from './setup.ts';
import { t } from '../../text/t.ts';

/** An entry of the address that was left out. */
export interface Refusal {
  /** As the address names it, shortened; plain text of unknown origin. */
  readonly field: string;
  readonly message: string;
}

export interface Decoded {
  readonly setup: Setup;
  readonly refused: readonly Refusal[];
  /** Nothing of it could be read. */
  readonly isForeign: boolean;
}

/** Far more than any setup needs. */
const MOST_CHARACTERS = 20_000;
const MOST_ENTRIES = 400;
const MOST_NAMED = 24;

/** Never throws. @param hash with or without `#`. */
export function decodeSetup(hash: string): Decoded {
  const nothing: Setup = { page: STANDARD_PAGE, runs: null };
  const whole = (message: string): Decoded => ({
    setup: nothing,
    refused: [{ field: 'address', message }],
    isForeign: true,
  });
  const characters = hash.replace(/^#/, '').length;
  if (characters > MOST_CHARACTERS) {
    return whole(
      t`It has ${counted(characters)} characters; at most ${counted(MOST_CHARACTERS)} are read.`,
    );
  }
  const text = mended(hash);
  if (text === '') return { setup: nothing, refused: [], isForeign: false };
  const { entries, refused } = split(text);
  const version = entries.get('v') ?? ADDRESS_VERSION;
  entries.delete('v');
  if (version !== ADDRESS_VERSION) {
    return whole(
      t`It is of version ${shortened(version)}, and this page reads version ${ADDRESS_VERSION}. Ask for a new link, or reload the page in case it is out of date.`,
    );
  }
  const sorted = sortOut(entries, refused);
  const page = decodePage(sorted.page, refused);
  const runs = decodeRuns(sorted, refused);
  return { setup: { page, runs }, refused: capped(refused), isForeign: false };
}

function capped(refused: readonly Refusal[]): readonly Refusal[] {
  if (refused.length <= MOST_NAMED) return refused;
  const more = refused.length - MOST_NAMED;
  return [
    ...refused.slice(0, MOST_NAMED),
    { field: t`${more} more`, message: t`Left out as well.` },
  ];
}

const MOST_SHOWN = 60;

/** Text of unknown origin, fit to be shown. */
function shortened(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd');
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN)}…` : plain;
}

function split(text: string): { entries: Map<string, string>; refused: Refusal[] } {
  const entries = new Map<string, string>();
  const refused: Refusal[] = [];
  const parts = text.split('&').filter((part) => part !== '');
  for (const part of parts.slice(0, MOST_ENTRIES)) {
    const at = part.indexOf('=');
    const path = at < 0 ? part : part.slice(0, at);
    const refuse = (message: string) => refused.push({ field: shortened(path), message });
    if (at < 0) refuse(t`Must be a name, = and a value.`);
    else if (entries.has(path)) refuse(t`Given twice; the first one counts.`);
    else entries.set(path, part.slice(at + 1));
  }
  if (parts.length > MOST_ENTRIES) {
    const message = t`At most ${MOST_ENTRIES} are read.`;
    refused.push({ field: t`${parts.length - MOST_ENTRIES} more`, message });
  }
  return { entries, refused };
}

interface Sorted {
  readonly page: Map<string, string>;
  readonly shared: Map<string, string>;
  /** The entries of run 1, 2, … */
  readonly own: readonly Map<string, string>[];
  /** Null: nothing is said of runs. */
  readonly runCount: number | null;
}

const OF_RUN = /^run([1-9]\d{0,2})\.(.*)$/;

/** Whose entries are whose; those that no field can have are refused. */
function sortOut(entries: ReadonlyMap<string, string>, refused: Refusal[]): Sorted {
  const page = new Map<string, string>();
  const shared = new Map<string, string>();
  const own = Array.from({ length: MAX_RUNS }, () => new Map<string, string>());
  let runCount: number | null = null;
  for (const [path, text] of entries) {
    const refuse = (message: string) => refused.push({ field: shortened(path), message });
    if (path === 'runs') {
      const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
      if (count >= 1 && count <= MAX_RUNS) runCount = Math.max(runCount ?? 0, count);
      else refuse(t`Must be a whole number from 1 to ${MAX_RUNS}.`);
      continue;
    }
    const [, number, field] = OF_RUN.exec(path) ?? [];
    const isOfPage = number === undefined && entryFault(pageSchema, path, '') === null;
    const schema = isOfPage ? pageSchema : runSchema;
    const target = isOfPage ? page : number === undefined ? shared : own[Number(number) - 1];
    if (target === undefined) {
      refuse(t`There can be ${MAX_RUNS} runs at most.`);
      continue;
    }
    const fault = entryFault(schema, field ?? path, text);
    if (fault !== null) {
      refuse(fault);
      continue;
    }
    target.set(field ?? path, text);
    if (!isOfPage) runCount = Math.max(runCount ?? 1, Number(number ?? 1));
  }
  return { page, shared, own, runCount };
}

function decodePage(given: Map<string, string>, refused: Refusal[]): PageSetup {
  const check = (): Checked<PageSetup> => {
    const entries = overlaid(STANDARD_PAGE_ENTRIES, given);
    const parsed = z.safeParse(pageSchema, fieldsOf(pageSchema, entries));
    return parsed.success ? { value: parsed.data } : { faults: faultsOf(parsed.error) };
  };
  const page = dropInvalidEntries(given, check, (path, message) =>
    refused.push({ field: path, message }),
  );
  for (const id of page.hide) {
    if (!isPart(id)) refused.push({ field: `hide=${id}`, message: t`The page has no such part.` });
  }
  const saysCharts = [...given.keys()].some((path) => path.startsWith('charts.'));
  const charts = saysCharts ? page.charts : null;
  return { ...page, charts, hide: page.hide.filter(isPart) };
}

const faultsOf = ({ issues }: z.core.$ZodError): ConfigIssue[] =>
  issues.flatMap((issue) => describeIssue(issue));

/** First what all runs share, then each run's own entries; a run without any is as valid as the shared part. */
function decodeRuns({ shared, own, runCount }: Sorted, refused: Refusal[]): Setup['runs'] {
  if (runCount === null) return null;
  const refuse = (prefix: string) => (path: string, message: string) =>
    refused.push({ field: `${prefix}${path}`, message });
  dropInvalidEntries(shared, () => checkedRun(shared), refuse(''));
  const base = overlaid(STANDARD_RUN, shared);
  const [first, ...others] = own
    .slice(0, runCount)
    .map((given, i) =>
      dropInvalidEntries(given, () => checkedRun(overlaid(base, given)), refuse(`run${i + 1}.`)),
    );
  return first === undefined ? null : [first, ...others];
}

function checkedRun(entries: Entries): Checked<SetupRun> {
  const raw = withClassesOfSource(fieldsOf(runSchema, overlaid(STANDARD_RUN, entries)));
  const parsed = z.safeParse(runSchema, raw);
  if (!parsed.success) return { faults: faultsOf(parsed.error) };
  const { name, colour, kernels, weightsSha256, ...fields } = parsed.data;
  const config: RunConfig = { version: 1, ...fields };
  try {
    buildGraph(config.model);
    checkRunnable(config);
  } catch (error) {
    if (error instanceof ConfigError) return { faults: error.issues };
    throw error;
  }
  return { value: { config, ...definedOf({ name, colour, kernels, weightsSha256 }) } };
}

/** Without the fields that are undefined. */
function definedOf<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
