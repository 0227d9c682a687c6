/**
 * Which worker threads still look at what they are told. A browser does not say that a worker has ended; one that ended
 * between two runs is missed by nobody, since the others do its work.
 */

/** A thread may come too late for many short runs in a row when the machine is busy. */
const MISSED_RUNS = 64;
const MISSED_MS = 2000;

export class Attendance {
  /** Shared: per worker the last run of which it was told. */
  readonly sheet: Int32Array;
  readonly #missed: { seen: number; runs: number; sinceMs: number }[];

  constructor(workers: number) {
    this.sheet = new Int32Array(new SharedArrayBuffer(4 * workers));
    this.#missed = Array.from({ length: workers }, () => ({ seen: 0, runs: 0, sinceMs: 0 }));
  }

  /** Call it before each run. @returns whether every thread that has begun came to one of the last ones. */
  isComplete(nowMs: number): boolean {
    return this.#missed.every((missed, index) => {
      const seen = Atomics.load(this.sheet, index);
      // One that never came is still being loaded.
      if (seen === 0 || seen !== missed.seen) {
        Object.assign(missed, { seen, runs: 1, sinceMs: nowMs });
        return true;
      }
      missed.runs++;
      return missed.runs <= MISSED_RUNS || nowMs - missed.sinceMs <= MISSED_MS;
    });
  }
}
