import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { type CpuKernel, functionOf } from '../kernels/kernel.ts';
import { endBetweenPieces, endInPiece, fakeThread, trapInPiece } from '../testing/brokenThreads.ts';
import { f32x4, i32, v128 } from '../wasm/instructions.ts';
import { encodeModule } from '../wasm/module.ts';
import { Attendance } from './attendance.ts';
import { openNodeThread } from './nodeThreads.ts';
import { type PooledProgram, ThreadPool } from './pool.ts';
import type { Thread } from './thread.ts';

const PIECES = 8;
/** Far past the memory's end. */
const NOWHERE = 2 ** 30;
/** Where `work` computes. */
const SOMEWHERE = 64;

/** Copies a vector to the next many times over. An address outside of the memory makes it trap. */
const work: CpuKernel<'at'> = {
  kernel: 'work',
  pieces: PIECES,
  tensors: ['at'],
  build(f, _piece, { at }) {
    const turn = f.let(i32.const(0));
    f.until(turn, f.let(i32.const(2000)), 1, () => {
      f.store(at, f32x4.add(v128.load(at), v128.load(at)));
    });
  },
};

/** One step of `work`, and one that only the calling thread takes part in. */
function addWork(pool: ThreadPool, address = SOMEWHERE): PooledProgram {
  const isShared = pool.threads > 1;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: isShared });
  const module = new WebAssembly.Module(encodeModule([functionOf('work', work)], isShared));
  const step = { kernel: 'work', pieces: PIECES, addresses: [address] };
  const lists = [[step, { kernel: null, pieces: 1, addresses: [] }]];
  return pool.add({ module, memory, scratch: { first: 0, bytes: 0 }, lists });
}

const seconds = (work: () => void): number => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
};

describe('ThreadPool', () => {
  it('notices at once that a worker of Node was killed, and runs nothing afterwards', async () => {
    const worker = new Worker(new URL('./nodeWorker.js', import.meta.url));
    const thread: Thread = {
      post: (message) => worker.postMessage(message),
      onFailure: (report) => worker.on('exit', (code) => report(`ended with code ${code}`)),
      terminate: () => undefined,
    };
    let report: (message: string) => void = () => undefined;
    const reported = new Promise<string>((resolve) => {
      report = resolve;
    });
    const program = addWork(new ThreadPool([thread], report));
    program.run(0, () => undefined);
    await worker.terminate();
    const message = await reported;
    expect(message).toMatch(/^ended with code/);
    expect(() => program.run(0, () => undefined)).toThrow(message);
  });

  it.each([
    ['in the middle of a piece', endInPiece],
    ['between two pieces', endBetweenPieces],
  ])('takes a thread that ended %s for lost after a second', (_, end) => {
    const silent = fakeThread(end);
    const pool = new ThreadPool([silent], () => undefined);
    const program = addWork(pool);
    const waited = seconds(() => {
      expect(() => program.run(0, () => undefined)).toThrow('does not answer');
    });
    expect(waited).toBeGreaterThan(0.9);
    expect(waited).toBeLessThan(10);
  });

  it('misses a thread that came once and then to none of many runs', () => {
    const attendance = new Attendance(2);
    const come = (index: number, run: number) => Atomics.store(attendance.sheet, index, run);
    for (let run = 1; run <= 1000; run++) {
      // Neither that it is not there yet, nor that it comes late now and then, makes a thread a lost one.
      if (run > 900 && run % 50 === 0) come(1, run);
      come(0, run);
      expect(attendance.isComplete(100 * run)).toBe(true);
    }
    const runs = (count: number, ms: number) =>
      Array.from({ length: count }, (_, i) => {
        come(0, 1001 + i);
        return attendance.isComplete(100_000 + i * ms);
      });
    expect(runs(500, 1)).not.toContain(false);
    expect(runs(40, 100)).toEqual([...Array(21).fill(true), ...Array(19).fill(false)]);
  });

  it('goes on without a thread that has not begun yet', () => {
    const pool = new ThreadPool([fakeThread(() => undefined)], () => undefined);
    const program = addWork(pool);
    let ran = 0;
    for (let i = 0; i < 100; i++) program.run(0, () => ran++);
    expect(ran).toBe(100);
  });

  it.each([0, 1])('a trap ends a run with %i workers, in whichever thread it was', (workers) => {
    const pool = new ThreadPool(Array.from({ length: workers }, openNodeThread), () => undefined);
    const program = addWork(pool, NOWHERE);
    const other = addWork(pool);
    expect(() => program.run(0, () => undefined)).toThrow(/out of bounds|kernel failed/);
    other.run(0, () => undefined);
    pool.destroy();
  });

  it('a trap in a worker is noticed by the calling thread while it waits', () => {
    const trapped = fakeThread(trapInPiece);
    const program = addWork(new ThreadPool([trapped], () => undefined));
    const waited = seconds(() => {
      expect(() => program.run(0, () => undefined)).toThrow('a kernel failed in a thread');
    });
    expect(waited).toBeLessThan(0.9);
  });
});
