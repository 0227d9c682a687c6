/** What issuing a step costs the CPU: measured in a separate process with an adapter that executes nothing. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../scripts/lib/install.mjs';
import type { BenchCommand } from './arguments.ts';
import { parseReport } from './report.ts';

/**
 * @returns milliseconds a step, by engine.
 * @throws Error when the process fails.
 */
export async function cpuTimes({ model, batch, engines, rounds }: BenchCommand) {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'scripts', 'bench.mjs'),
      ...['--adapter', 'null', '--json', '--model', model, '--batch', String(batch)],
      ...['--engines', engines.join(','), '--rounds', String(rounds)],
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) {
    const reason = stderr.trimEnd().split('\n').at(-1);
    throw new Error(`The CPU time could not be measured on the null backend: ${reason}`);
  }
  const { rows } = parseReport(stdout);
  return new Map(rows.map(({ engine, cpuMs }) => [engine, cpuMs]));
}
