/** The `--out` folder of `headless train`: it holds the files of one run, and of no other. */
import { existsSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TrainCommand } from './arguments.ts';
import { HeadlessError } from './files.ts';
import { cantWrite, makeFolder } from './outputFile.ts';

export const METRICS_FILE = 'metrics.jsonl';
export const WEIGHTS_FILE = 'weights.safetensors';
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const SUMMARY_FILE = 'summary.json';

const RUN_FILES = [METRICS_FILE, WEIGHTS_FILE, CHECKPOINT_FILE, SUMMARY_FILE];

/** What is in the folder: nothing of a run, the run that is resumed, or another that may be replaced. */
export type RunFolder = 'empty' | 'own' | 'replaced';

/**
 * Makes the folder where there is none. Changes nothing in it.
 * @throws HeadlessError where it holds another run's files and the command does not say to overwrite them.
 */
export async function claimFolder({
  out,
  start,
  overwrite,
}: Pick<TrainCommand, 'out' | 'start' | 'overwrite'>): Promise<RunFolder> {
  await makeFolder(out);
  const found = RUN_FILES.filter((name) => existsSync(join(out, name)));
  if (start.kind === 'resume' && isIn(start.file, out)) return 'own';
  if (found.length === 0) return 'empty';
  if (overwrite) return 'replaced';
  throw new HeadlessError(
    `${out} holds ${found.join(', ')} of another run: name another folder by --out, resume that run by --resume ${join(out, CHECKPOINT_FILE)}, or replace it by --overwrite`,
  );
}

const isIn = (file: string, folder: string): boolean =>
  realpathSync(dirname(realpathSync(file))) === realpathSync(folder);

/** Takes away what another run left, but its metrics, which are begun anew. @throws HeadlessError */
export async function clearFolder(out: string): Promise<void> {
  for (const name of RUN_FILES) {
    if (name === METRICS_FILE) continue;
    const path = join(out, name);
    await rm(path, { force: true }).catch((error: unknown) => {
      throw cantWrite(path, error);
    });
  }
}
