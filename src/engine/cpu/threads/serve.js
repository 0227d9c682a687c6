/** What a worker thread does with the pool's messages; their types are in `pool.ts`. */
import { awaitPieces, FAILED, INSIDE, RUN, runPieces } from './pieces.js';

/** @returns {(message: object) => void} */
export function server() {
  const programs = new Map();
  return (message) => {
    switch (message.kind) {
      case 'add': {
        const { id, module, memory, scratch, control, lists } = message;
        const { exports } = new WebAssembly.Instance(module, { engine: { memory, scratch } });
        programs.set(id, { exports, control, lists });
        break;
      }
      case 'remove':
        programs.delete(message.id);
        break;
      case 'run': {
        const program = programs.get(message.id);
        if (program !== undefined) takePart(program, message.list, message.run);
        break;
      }
    }
  };
}

/** Works on run `run`, if it is still under way. */
function takePart({ exports, control, lists }, list, run) {
  Atomics.add(control, INSIDE, 1);
  try {
    if (Atomics.load(control, RUN) !== run) return;
    const steps = lists[list];
    for (let i = 0; i < steps.length; i++) {
      const { kernel, pieces, addresses } = steps[i];
      if (kernel !== null) {
        runPieces(control, i, pieces, (piece) => exports[kernel](piece, ...addresses));
      }
      if (!awaitPieces(control, i, pieces)) return;
    }
  } catch (error) {
    Atomics.store(control, FAILED, 1);
    throw error;
  } finally {
    Atomics.sub(control, INSIDE, 1);
    Atomics.notify(control, INSIDE);
  }
}
