/** A run that is stopped by a signal keeps what it has done, and says how far it is before. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { tinyConfig } from '../src/training/testing/sessionHarness.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { Progress } from './progress.ts';
import { StopSignals } from './stopSignals.ts';
import { headless, ON_PROCESSOR } from './testing/runMain.ts';

const work = mkdtempSync(join(tmpdir(), 'residual-playground-stop-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const path = (...names: string[]) => join(work, ...names);

const linesOf = (folder: string): string[] => {
  const file = path(folder, 'metrics.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
};

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s writes checkpoint and weights of the last step, and exits with %i',
  async (signal, code) => {
    const config = path('config.json');
    writeFileSync(config, JSON.stringify(tinyConfig({ training: { steps: 1_000_000 } })));
    const out = path(signal);
    const before = process.listenerCount(signal);
    const training = headless('train', '--config', config, ...ON_PROCESSOR, '--out', out);
    await vi.waitUntil(() => linesOf(signal).length > 2, { timeout: 30_000, interval: 5 });
    process.emit(signal, signal);
    const { status, stderr } = await training;
    expect(status, stderr).toBe(code);
    expect(process.listenerCount(signal)).toBe(before);
    const steps = linesOf(signal).length;
    expect(stderr).toMatch(
      new RegExp(
        `${signal}: stopping after this step.*written to ${out}: .*stopped at step ${steps} of `,
        's',
      ),
    );
    const { runs } = await readCheckpoint(readFileSync(path(signal, 'checkpoint.safetensors')));
    expect(runs[0]?.step).toBe(steps);
    const weights = readSafetensors(readFileSync(path(signal, 'weights.safetensors'))).tensors;
    expect(weights.get('fc.bias')?.data).toEqual(runs[0]?.state.weights.get('fc.bias')?.data);
  },
);

it('a second signal ends the process at once', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const signals = new StopSignals();
  try {
    process.emit('SIGINT', 'SIGINT');
    expect(signals.code).toBe(130);
    expect(() => process.emit('SIGINT', 'SIGINT')).toThrow('exit 130');
  } finally {
    signals.release();
    for (const spy of [exit, err]) spy.mockRestore();
  }
});

it('tells the time that is left at the rate measured so far, every five seconds', () => {
  const lines: string[] = [];
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  try {
    let nowMs = 0;
    const progress = new Progress(100, 1000, () => nowMs);
    for (let step = 101; step <= 106; step++) {
      nowMs += 1000;
      progress.tell(step, 2.5);
    }
    nowMs += 1000;
    progress.tell(1000, 0.25);
  } finally {
    err.mockRestore();
  }
  expect(lines).toEqual([
    'step 105 of 1000: loss 2.5000, 15 min left\n',
    'step 1000 of 1000: loss 0.2500\n',
  ]);
});
