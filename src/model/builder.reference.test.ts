/** The cases that PyTorch computed: names, shapes and counts must be its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { buildGraph } from './builder.ts';
import { parseRunConfig } from './parse.ts';

const FOLDER = new URL('../../reference/', import.meta.url);
const CASES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const headerSchema = z.record(z.string(), z.object({ shape: z.optional(z.array(z.number())) }));

/** Shapes by tensor name, from a safetensors file's header (u64 length, then JSON). */
function readShapes(path: URL): Map<string, readonly number[]> {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = headerSchema.parse(JSON.parse(bytes.toString('utf8', 8, 8 + length)));
  return new Map(
    Object.entries(header).flatMap(([name, { shape }]) => (shape ? [[name, shape]] : [])),
  );
}

const readJson = (path: URL): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('reference cases', () => {
  it('are all thirty-three', () => expect(CASES).toHaveLength(33));

  it.each(CASES)('%s has PyTorch’s names, shapes and count', (name) => {
    const folder = new URL(`${name}/`, FOLDER);
    const { model } = parseRunConfig(readJson(new URL('config.json', folder)));
    const graph = buildGraph(model);

    const ours = new Map<string, readonly number[]>(graph.parameters.map((p) => [p.name, p.shape]));
    for (const { name, channels } of graph.runningStatistics) ours.set(name, [channels]);
    const byName = (shapes: Map<string, readonly number[]>) => Object.fromEntries(shapes);
    expect(byName(ours)).toEqual(byName(readShapes(new URL('init.safetensors', folder))));

    const expected = z
      .object({
        parameters: z.number(),
        steps: z.array(z.object({ gradNorm: z.record(z.string(), z.number()) })),
      })
      .parse(readJson(new URL('expected.json', folder)));
    expect(graph.parameterCount).toBe(expected.parameters);
    // `expected.json` lists gradient norms in state-dict order.
    expect(graph.parameters.map((p) => p.name)).toEqual(
      Object.keys(expected.steps[0]?.gradNorm ?? {}),
    );
    expect(graph.parameters.every((p) => p.active)).toBe(true);
  });
});
