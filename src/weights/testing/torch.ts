/** A Python with PyTorch, if this machine has one: the client that `.pth` and `.safetensors` files are for. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import { findTorch, type Torch } from '../../../scripts/lib/findTorch.mjs';

/** Columns of `runSnippets.py`'s output. */
const PADDED_CLASSES = 16;

const NO_TORCH = 'No Python with torch and numpy was found. Name one in PYTHON to run this test.';

/** Finds PyTorch, or skips the running test and says why. */
export function torchOrSkip({ skip }: Pick<TestContext, 'skip'>, torch = findTorch()): Torch {
  return torch ?? skip(NO_TORCH);
}

/** A snippet to be run beside the file it loads. */
export interface SnippetJob {
  /** Folder of its own inside the working folder. */
  readonly folder: string;
  readonly snippet: string;
  readonly fileName: string;
  readonly file: Uint8Array;
}

/**
 * Runs the snippets one after the other in one Python, each in its folder under `folder`. A snippet defines `model` and
 * `normalise`, which turns the pixels into the model's input.
 * @param pixels bytes [images, 32, 32, 3]
 * @returns the logits of each, [images, `PADDED_CLASSES`]
 * @throws Error with Python's message
 */
export async function runSnippets(
  { python }: Torch,
  folder: string,
  jobs: readonly SnippetJob[],
  pixels: Uint8Array,
): Promise<Float32Array[]> {
  for (const job of jobs) {
    const own = join(folder, job.folder);
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'snippet.py'), job.snippet);
    await writeFile(join(own, job.fileName), job.file);
  }
  await writeFile(join(folder, 'pixels.bin'), pixels);
  const program = join(import.meta.dirname, 'runSnippets.py');
  const args = [program, folder, ...jobs.map((job) => job.folder)];
  const { stdout } = await promisify(execFile)(python, args, {
    encoding: 'buffer',
    maxBuffer: 2 ** 28,
  });
  const perJob = stdout.length / jobs.length;
  return jobs.map((_, i) => {
    const bytes = new Uint8Array(stdout.subarray(i * perJob, (i + 1) * perJob));
    return new Float32Array(bytes.buffer);
  });
}

/** The first `classes` columns of logits padded to `PADDED_CLASSES`. */
export function snippetClasses(logits: Float32Array | undefined, classes: number): Float32Array {
  return logits?.filter((_, i) => i % PADDED_CLASSES < classes) ?? new Float32Array();
}
