/** Kernel choices kept in a JSON file in the user's cache folder. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import type { TuningStore } from '../src/engine/api.ts';
import { validChoices, withChoices } from '../src/engine/kernelChoices.ts';

const schema = z.object({ version: z.literal(1), adapters: z.record(z.string(), z.unknown()) });

/** `$XDG_CACHE_HOME/residual-playground/tuning.json`, by default under `~/.cache`. */
export function tuningPath(environment: NodeJS.ProcessEnv = process.env): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'residual-playground', 'tuning.json');
}

/** A file that is missing or not ours counts as empty and is replaced by the next `add`. */
export function tuningFile(path: string = tuningPath()): TuningStore {
  const adapters = async (): Promise<Record<string, unknown>> => {
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8'))).adapters;
    } catch {
      return {};
    }
  };
  return {
    load: async (adapter) => (await adapters())[adapter],
    async add(adapter, found) {
      const { [adapter]: kept, ...others } = await adapters();
      const readable = Object.entries(others)
        .map(([name, value]) => [name, validChoices(value)] as const)
        .filter(([, choices]) => Object.keys(choices).length > 0);
      const content = {
        version: 1,
        adapters: { ...Object.fromEntries(readable), [adapter]: withChoices(kept, found) },
      };
      await mkdir(dirname(path), { recursive: true });
      // Another process may be reading.
      const draft = `${path}.${process.pid}`;
      await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`);
      await rename(draft, path);
    },
  };
}
