/** What a worker thread does with the pool's messages; their types are in `pool.ts`. */
import { awaitPieces, failPieces, INSIDE, RUN, runPieces } from './pieces.js';

/** @returns {(message: object) => void} */
export function server() {
  const programs = new Map();
  let sign = () => undefined;
  return (message) => {
    switch (message.kind) {
      case 'join': {
        const { attendance, index } = message;
        sign = (run) => Atomics.store(attendance, index, run);
        break;
      }
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
        sign(message.run);
        const program = programs.get(message.id);
        if (program !== undefined) takePart(program, message.list, message.run);
        break;
      }
    }
  };
}

/** Works on run `run`, if it is still under way. */
function takePart({ exports, control, lists }, list, run) {
  let step = 0;
  Atomics.add(control, INSIDE, 1);
  try {
    if (Atomics.load(control, RUN) !== run) return;
    const steps = lists[list];
    for (; step < steps.length; step++) {
      const { kernel, pieces, addresses } = steps[step];
      if (kernel !== null) {
        runPieces(control, step, pieces, (piece) => exports[kernel](piece, ...addresses));
      }
      if (!awaitPieces(control, step, pieces)) return;
    }
  } catch (error) {
    failPieces(control, step);
    throw error;
  } finally {
    Atomics.sub(control, INSIDE, 1);
    Atomics.notify(control, INSIDE);
  }
}
