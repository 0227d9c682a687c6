/** Files of the command line, with errors that name them. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import type { LayerGraph, StateDict } from '../src/model/graph.ts';
import { parseRunConfig } from '../src/model/parse.ts';
import { checkChanges } from '../src/training/changes.ts';
import { cautionsOf } from '../src/weights/match/describeFile.ts';
import { readWeights as readWeightsFile } from '../src/weights/read/readWeights.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import type { SafetensorsFile } from '../src/weights/safetensors.ts';
import { stateFor } from '../src/weights/stateDict.ts';
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
    const value: unknown = JSON.parse(text);
    const config = parseRunConfig(value);
    checkChanges(config);
    const saysNormalization = z.safeParse(normalizedConfig, value).success;
    return { config, graph: buildGraph(config.model), saysNormalization };
  });
}

const normalizedConfig = z.looseObject({
  data: z.looseObject({ mean: z.array(z.number()), std: z.array(z.number()) }),
});

/** @throws HeadlessError naming the file and the fault. */
export async function readTensors(file: string): Promise<SafetensorsFile> {
  const bytes = await readBytes(file);
  return naming(file, () => readSafetensors(bytes));
}

/**
 * Weights of any format that can be read, told by content.
 * @param normalises whether images are normalised here, so that it matters how the file's were.
 * @throws HeadlessError naming the file, and what is wrong with it or every tensor that is missing or misshapen.
 */
export async function readWeights(
  file: string,
  graph: LayerGraph,
  normalises: boolean,
): Promise<StateDict> {
  return (await readWeightsWithMetadata(file, graph, normalises)).state;
}

/** `readWeights`, and what the file says of its weights. */
export async function readWeightsWithMetadata(
  file: string,
  graph: LayerGraph,
  normalises: boolean,
): Promise<{ state: StateDict; metadata: ReadonlyMap<string, string> }> {
  const bytes = await readBytes(file);
  const { tensors, metadata, remarks } = naming(file, () => readWeightsFile(bytes));
  const { state, unused } = naming(file, () => stateFor(graph, { tensors }));
  const cautions = normalises ? cautionsOf(metadata, graph.model.classes) : [];
  for (const remark of [...remarks, ...cautions]) note(`${file}: ${remark}`);
  if (unused.length > 0) note(`${file}: not used by this network: ${unused.join(', ')}`);
  return { state, metadata };
}

/** @throws HeadlessError naming the file and why it can't be read. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new HeadlessError(`can't read ${file}: ${reason(error)}`);
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
