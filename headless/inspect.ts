/** `headless inspect`: what the page's import would tell of a weights file. */
import { inspect, type Inspection } from '../src/weights/match/inspect.ts';
import type { InspectCommand } from './arguments.ts';
import { HeadlessError, NotUnderstoodError, readWeightsFile, reason } from './files.ts';
import { networkName } from '../src/model/networkName.ts';

/**
 * Prints the findings, as JSON with `--json`.
 * @throws NotUnderstoodError for a file that can't be read; with `--json` after printing so.
 */
export async function inspectWeights({
  file,
  json,
  settings,
  ignore,
}: InspectCommand): Promise<void> {
  try {
    const weights = await readWeightsFile(file);
    const found = inspect(weights, { settings, ignore, config: null });
    process.stdout.write(json ? `${JSON.stringify(report(found))}\n` : `${describe(found)}\n`);
  } catch (error) {
    if (json) process.stdout.write(`${JSON.stringify(report(unreadable(reason(error))))}\n`);
    throw error instanceof HeadlessError
      ? error
      : new NotUnderstoodError(`${file}: ${reason(error)}`);
  }
}

type Told = Pick<
  Inspection,
  'tensors' | 'config' | 'reason' | 'dialect' | 'open' | 'rows' | 'unused' | 'repairs' | 'blocked'
> & {
  readonly format: string | null;
  readonly normalization: Inspection['normalization'] | null;
};

const unreadable = (why: string): Told => ({
  ...{ format: null, tensors: 0, config: null, reason: why, dialect: null, normalization: null },
  ...{ open: [], rows: [], unused: [], repairs: [], blocked: why },
});

function report(found: Told) {
  const { format, tensors, config, reason: why, dialect, open, rows } = found;
  return {
    ...{ format, tensors, model: config?.model ?? null, reason: why, dialect, open },
    matched: rows.filter(({ status }) => status === 'matched').length,
    missing: rows.filter(({ status }) => status === 'missing').map(({ name }) => name),
    unused: found.unused.map(({ name, effect, why: because }) => ({ name, effect, why: because })),
    repairs: found.repairs,
    normalization: found.normalization,
    blocked: found.blocked,
  };
}

function describe(found: Inspection): string {
  const { format, tensors, config, dialect, open, rows, repairs, blocked, unused } = found;
  const matched = rows.filter(({ status }) => status === 'matched').length;
  const changing = unused.filter(({ effect }) => effect !== 'none').length;
  return [
    `${format}, ${tensors} tensors`,
    ...(config === null ? [] : [`network: ${networkName(config.model)}`]),
    ...(dialect === null ? [] : [`names: ${dialect}`]),
    `matched: ${matched}${changing > 0 ? `, left over and of effect: ${changing}` : ''}`,
    ...repairs.map((line) => `repaired: ${line}`),
    ...found.remarks.map((line) => `note: ${line}`),
    ...open.map(
      ({ field, assumed, why }) => `open: ${field}=${JSON.stringify(assumed)} is assumed. ${why}`,
    ),
    blocked === null ? 'can be used' : `blocked: ${blocked}`,
  ].join('\n');
}
