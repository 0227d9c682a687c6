/** Threads that break off: what is left of a worker in a browser that ended, or whose kernel trapped. */
import { FAILED, HEAD, INSIDE } from '../threads/pieces.js';
import type { Thread } from '../threads/thread.ts';

/** A thread that does what `onRun` says with a run's counters, and reports nothing. */
export function fakeThread(onRun: (control: Int32Array, run: number) => void): Thread {
  const controls = new Map<unknown, Int32Array>();
  return {
    post(message) {
      if (typeof message !== 'object' || message === null || !('id' in message)) return;
      if ('control' in message && message.control instanceof Int32Array) {
        controls.set(message.id, message.control);
      }
      const control = controls.get(message.id);
      if (control !== undefined && 'run' in message) onRun(control, Number(message.run));
    },
    onFailure: () => undefined,
    terminate: () => undefined,
  };
}

/** Comes into a run, takes its first piece and never ends it. */
export function endInPiece(control: Int32Array): void {
  Atomics.add(control, INSIDE, 1);
  Atomics.add(control, HEAD, 1);
}

/** Comes into a run and ends before it takes a piece. */
export function endBetweenPieces(control: Int32Array): void {
  Atomics.add(control, INSIDE, 1);
}

/** Takes a piece in which its kernel traps. */
export function trapInPiece(control: Int32Array): void {
  Atomics.add(control, HEAD, 1);
  Atomics.store(control, FAILED, 1);
}
