/** `npm run faults`: what the page withstands. The table goes to standard output, progress to standard error. */
import { UsageError } from '../headless/arguments.ts';
import { note } from '../headless/note.ts';
import { PAGE_PORT } from '../e2e/support/ports.ts';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { campaign } from './campaign/campaign.ts';
import { KINDS } from './campaign/kinds/registry.ts';
import { failuresOf, tableOf } from './campaign/table.ts';
import { fuzz, fuzzTable } from './fuzz/fuzz.ts';
import { PARSERS } from './fuzz/parsers.ts';
import { soak, soakTable } from './soak/soak.ts';
import { startServer } from './support/server.ts';

/** @returns the exit code: 0 all is well, 1 something failed, 2 not understood. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const wanted = parseArguments(args);
    return await MODES[wanted.mode](wanted);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${USAGE}\n`);
    return 2;
  }
}

const MODES: Readonly<Record<Arguments['mode'], (wanted: Arguments) => Promise<number>>> = {
  campaign: runCampaign,
  fuzz: runFuzz,
  soak: runSoak,
};

async function runFuzz({ inputs, seed, first, workers, only }: Arguments): Promise<number> {
  const parsers = chosen(PARSERS, only);
  const rows = await fuzz({ parsers, inputs, seed, first, workers, log: note });
  process.stdout.write(`${fuzzTable(rows)}\n`);
  return rows.every(({ crashes, hangs }) => crashes + hangs === 0) ? 0 : 1;
}

async function runSoak({ steps, built }: Arguments): Promise<number> {
  const server = await startServer(PAGE_PORT, built);
  const { points, faults } = await soak(server, steps, note);
  await server.close();
  process.stdout.write(`${soakTable(points)}\n\n${faults.join('\n')}\n`);
  return faults.length === 0 ? 0 : 1;
}

async function runCampaign(wanted: Arguments): Promise<number> {
  const kinds = chosen(KINDS, wanted.only);
  const server = await startServer(PAGE_PORT, wanted.built);
  const { faults, seed, workers, minutes, json: file } = wanted;
  const plan = { kinds, faults, seed, workers, minutes, file, log: note };
  const results = await campaign(plan, server);
  await server.close();
  const failures = failuresOf(results);
  process.stdout.write(`${tableOf(results)}\n\n${failures.join('\n')}\n`);
  return failures.length === 0 ? 0 : 1;
}

function chosen<T extends { readonly name: string }>(all: readonly T[], only: readonly string[]) {
  const unknown = only.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new UsageError(`There is no ${unknown}. There are: ${names}.`);
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}
