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
/** Sleep from which a thread wakes to see whether others still move, ms. */
const NAP_MS = 50;

/**
 * @param {Int32Array} control @param {number} step @param {number} pieces @param {(piece: number) => void} run
 * @returns {number} how many pieces this thread ran
 */
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
  if (count === 0) return 0;
  const total = Atomics.add(control, done, count) + count;
  if (total === pieces) Atomics.notify(control, done);
  return count;
}

/**
 * Waits until all pieces of a step are done.
 * @param {Int32Array} control @param {number} step @param {number} pieces @param {number} patienceMs
 * @returns {boolean} false when a thread has failed, or none has moved for so long
 */
export function awaitPieces(control, step, pieces, patienceMs = Number.POSITIVE_INFINITY) {
  const claimed = HEAD + 2 * step;
  const done = claimed + 1;
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.load(control, done) >= pieces) return true;
  }
  const isDone = () => Atomics.load(control, done) >= pieces;
  const progress = () => Atomics.load(control, claimed) + Atomics.load(control, done);
  return awaitChange(control, done, isDone, progress, patienceMs);
}

/**
 * Sleeps until `isOver`. Time is counted in naps, so that the hours in which a machine slept do not count.
 * @param {Int32Array} control @param {number} index which is notified
 * @param {() => boolean} isOver @param {() => number} progress changes as long as others move
 * @param {number} patienceMs
 * @returns {boolean} false when a thread has failed, or none has moved for so long
 */
export function awaitChange(control, index, isOver, progress, patienceMs) {
  let idleMs = 0;
  let before = progress();
  while (idleMs < patienceMs) {
    const seen = Atomics.load(control, index);
    if (isOver()) return true;
    if (Atomics.load(control, FAILED) !== 0) return false;
    if (Atomics.wait(control, index, seen, NAP_MS) !== 'timed-out') continue;
    const now = progress();
    idleMs = now === before ? idleMs + NAP_MS : 0;
    before = now;
  }
  return isOver();
}

/** Tells all who wait in a step that a kernel has failed. @param {Int32Array} control @param {number} step */
export function failPieces(control, step) {
  Atomics.store(control, FAILED, 1);
  Atomics.notify(control, HEAD + 2 * step + 1);
}
