/**
 * How threads share the pieces of a program's steps. Plain JavaScript, since Node's worker threads load it as it stands.
 *
 * `control` is a shared Int32Array: `RUN` is the number of the run under way, or 0; `INSIDE` counts the workers that take
 * part in it; `FAILED` is 1 once a kernel has failed. From `HEAD` on each step has two counters: pieces claimed, pieces
 * done. Pieces are claimed one after another by whoever is free; a step begins when all pieces of the last one are done.
 */
export const RUN = 0;
export const INSIDE = 1;
export const FAILED = 2;
export const HEAD = 16;

/** Looks at a counter before the thread goes to sleep: waking takes some 50 µs. */
const SPINS = 4000;
/** Sleep from which a thread wakes to see whether another one has failed, ms. */
const NAP_MS = 100;

/** @param {Int32Array} control @param {number} step @param {number} pieces @param {(piece: number) => void} run */
export function runPieces(control, step, pieces, run) {
  const claimed = HEAD + 2 * step;
  const done = claimed + 1;
  let count = 0;
  for (;;) {
    const piece = Atomics.add(control, claimed, 1);
    if (piece >= pieces) break;
    run(piece);
    count++;
  }
  if (count === 0) return;
  const total = Atomics.add(control, done, count) + count;
  if (total === pieces) Atomics.notify(control, done);
}

/**
 * Waits until all pieces of a step are done.
 * @param {Int32Array} control @param {number} step @param {number} pieces
 * @param {() => boolean} isAlone whether nobody is left to wait for
 * @returns {boolean} false when a thread has failed
 */
export function awaitPieces(control, step, pieces, isAlone = () => false) {
  const done = HEAD + 2 * step + 1;
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.load(control, done) >= pieces) return true;
  }
  for (;;) {
    const seen = Atomics.load(control, done);
    if (seen >= pieces) return true;
    if (Atomics.load(control, FAILED) !== 0 || isAlone()) return false;
    Atomics.wait(control, done, seen, NAP_MS);
  }
}
