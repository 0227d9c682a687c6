/** Reads reference cases from disk: Node only. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CaseFiles } from './case.ts';

const FOLDER = new URL('../../../reference/', import.meta.url);

/** Names of all cases in `reference/`. */
export const caseNames = (): string[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();

export function caseFiles(name: string): CaseFiles {
  const bytes = (file: string) => readFileSync(new URL(`${name}/${file}`, FOLDER));
  return {
    config: bytes('config.json').toString(),
    expected: bytes('expected.json').toString(),
    init: bytes('init.safetensors'),
    batches: bytes('batches.safetensors'),
    final: bytes('final.safetensors'),
  };
}
