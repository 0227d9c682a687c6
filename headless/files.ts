/** Files of the command line, with errors that name them. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import type { LayerGraph, StateDict } from '../src/model/graph.ts';
import { parseRunConfig } from '../src/model/parse.ts';
import { checkChanges } from '../src/training/changes.ts';
import { type Answers, type Inspection, inspect } from '../src/weights/match/inspect.ts';
import { readWeights as parseWeights } from '../src/weights/read/readWeights.ts';
import type { WeightsFile } from '../src/weights/read/weightsFile.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import type { SafetensorsFile } from '../src/weights/safetensors.ts';
import { note } from './note.ts';

/** Anything that stops a command; the message is for the user. */
export class HeadlessError extends Error {
  override readonly name = 'HeadlessError';
}

/** A file that does not hold what the command is about. */
export class NotUnderstoodError extends HeadlessError {}

/**
 * @returns also whether the file itself says how images are normalised.
 * @throws HeadlessError listing every faulty field and why.
 */
export async function readConfig(
  file: string,
): Promise<{ config: RunConfig; graph: LayerGraph; saysNormalization: boolean }> {
  const text = new TextDecoder().decode(await readBytes(file));
  return naming(file, () => {
    const value = configIn(JSON.parse(text));
    const config = parseRunConfig(value);
    checkChanges(config);
    const saysNormalization = z.safeParse(normalizedConfig, value).success;
    return { config, graph: buildGraph(config.model), saysNormalization };
  });
}

/** The config itself, or that of a run's JSON. */
function configIn(value: unknown): unknown {
  const run = z.safeParse(z.looseObject({ config: z.looseObject({ version: z.number() }) }), value);
  return run.success ? run.data.config : value;
}

const normalizedConfig = z.looseObject({
  data: z.looseObject({ mean: z.array(z.number()), std: z.array(z.number()) }),
});

/** @throws HeadlessError naming the file and the fault. */
export async function readTensors(file: string): Promise<SafetensorsFile> {
  const bytes = await readBytes(file);
  return naming(file, () => readSafetensors(bytes));
}

/** A weights file of any format that can be read, told by content. @throws NotUnderstoodError naming the fault. */
export async function readWeightsFile(file: string): Promise<WeightsFile> {
  const bytes = await readBytes(file);
  return understanding(file, () => parseWeights(bytes));
}

/** The network in a weights file that can be used, and all that is known of it. */
export interface UsableNetwork extends Inspection {
  readonly config: RunConfig;
  readonly state: StateDict;
}

/**
 * The network's tensors from a weights file.
 * @param normalises whether images are normalised here, so that it matters how the file's were.
 * @throws HeadlessError naming the file and what keeps the network from being used; NotUnderstoodError for a file that is
 * none of weights, or an answer that is none.
 */
export async function readWeights(
  file: string,
  answers: Answers,
  normalises: boolean,
): Promise<UsableNetwork & { readonly metadata: ReadonlyMap<string, string> }> {
  const weights = await readWeightsFile(file);
  const found = understanding(file, () => inspect(weights, answers));
  const { config, state, blocked, repairs, remarks, cautions, unused } = found;
  if (blocked !== null || config === null || state === null) {
    throw new HeadlessError(`${file}: ${blocked ?? found.reason}\n${wayOut(found)}`);
  }
  const told = [...remarks, ...repairs, ...(normalises ? cautions : [])];
  for (const line of told) note(`${file}: ${line}`);
  for (const { field, assumed } of found.open) {
    note(
      `${file}: ${field}=${JSON.stringify(assumed)} is assumed; --set ${field}=… says otherwise`,
    );
  }
  const left = unused.filter(({ effect }) => effect !== 'none').map(({ name }) => name);
  if (left.length > 0) note(`${file}: left out as asked: ${left.slice(0, 8).join(', ')}`);
  return { ...found, config, state, metadata: weights.metadata };
}

/** How `--set` or `--ignore` answers what blocks a network. */
function wayOut({ unused, config }: Inspection): string {
  const name = unused.find(({ effect }) => effect !== 'none')?.name;
  if (name !== undefined) {
    return `--ignore ${JSON.stringify(name)} leaves a tensor out, and * stands for any part of a name; what is computed is then not what the file’s network computes.`;
  }
  return config === null
    ? '--config FILE says which network it is, where names and shapes do not.'
    : '--set FIELD=VALUE changes a field of the network, such as model.normalization=none; --config FILE gives all of it.';
}

/** @throws HeadlessError naming the file and why it can't be read. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new HeadlessError(`can't read ${file}: ${reason(error)}`);
  }
}

function understanding<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new NotUnderstoodError(`${file}: ${reason(error)}`);
  }
}

function naming<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new HeadlessError(`${file}: ${reason(error)}`);
  }
}

export const reason = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
