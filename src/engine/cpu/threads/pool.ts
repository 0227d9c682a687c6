/** The threads that share the work of all programs of a device. The thread that calls `run` is one of them. */
import { awaitPieces, FAILED, HEAD, INSIDE, RUN, runPieces } from './pieces.js';
import type { Thread } from './thread.ts';

/** A step as a thread runs it: `kernel` is a function of the module, null what only the calling thread can do. */
interface ThreadStep {
  readonly kernel: string | null;
  readonly pieces: number;
  readonly addresses: readonly number[];
}

interface ThreadProgram {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Each thread's own memory: `bytes` of it, thread after thread. */
  readonly scratch: { readonly first: number; readonly bytes: number };
  readonly lists: readonly (readonly ThreadStep[])[];
}

/** What only the calling thread can do in a step. */
type CallerWork = (step: number) => void;

/** How long the others may go on with the last pieces of a run before they are taken for lost, ms. */
const PATIENCE_MS = 20_000;

export class ThreadPool {
  readonly #workers: readonly Thread[];
  #programs = 0;
  #runs = 0;
  /** Why it can't go on; null while it can. */
  #failure: string | null = null;

  /** @param workers threads besides the calling one; none where memory can't be shared. */
  constructor(workers: readonly Thread[], onFailure: (message: string) => void) {
    this.#workers = workers;
    for (const worker of workers) {
      worker.onFailure((message) => {
        this.#failure ??= message;
        onFailure(message);
      });
    }
  }

  /** With the calling one. */
  get threads(): number {
    return this.#workers.length + 1;
  }

  add(program: ThreadProgram): PooledProgram {
    const id = this.#programs++;
    const longest = Math.max(0, ...program.lists.map((list) => list.length));
    const instance = new WebAssembly.Instance(program.module, {
      engine: { memory: program.memory, scratch: program.scratch.first },
    });
    const kernelOf = (name: string): ((...values: number[]) => void) => {
      const kernel = instance.exports[name];
      if (typeof kernel !== 'function') throw new Error(`the module has no kernel ${name}`);
      return kernel as (...values: number[]) => void;
    };
    if (this.#workers.length === 0) return new PooledProgram(this, program, kernelOf, null);
    const control = new Int32Array(new SharedArrayBuffer(4 * (HEAD + 2 * longest)));
    this.#workers.forEach((worker, i) => {
      const scratch = program.scratch.first + (i + 1) * program.scratch.bytes;
      worker.post({ kind: 'add', id, control, ...program, scratch });
    });
    return new PooledProgram(this, program, kernelOf, { id, control });
  }

  /** For `PooledProgram`. */
  begin(id: number, list: number, control: Int32Array): void {
    if (this.#failure !== null) throw new Error(this.#failure);
    this.#runs = (this.#runs % 0x3fff_ffff) + 1;
    control.fill(0, HEAD);
    Atomics.store(control, RUN, this.#runs);
    this.#post({ kind: 'run', id, list, run: this.#runs });
  }

  /** For `PooledProgram`: no worker touches the program's memory any more once it returns. */
  end(control: Int32Array): void {
    Atomics.store(control, RUN, 0);
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const inside = Atomics.load(control, INSIDE);
      if (inside === 0) return;
      if (performance.now() > deadline) throw new Error('a worker thread does not answer');
      Atomics.wait(control, INSIDE, inside, 10);
    }
  }

  remove(id: number): void {
    this.#post({ kind: 'remove', id });
  }

  destroy(): void {
    this.#failure ??= 'the threads were stopped';
    for (const worker of this.#workers) worker.terminate();
  }

  #post(message: unknown): void {
    for (const worker of this.#workers) worker.post(message);
  }
}

/** A program whose steps the pool's threads can run. */
export class PooledProgram {
  constructor(
    private readonly pool: ThreadPool,
    private readonly program: ThreadProgram,
    private readonly kernelOf: (name: string) => (...values: number[]) => void,
    /** Null with a single thread. */
    private readonly shared: { readonly id: number; readonly control: Int32Array } | null,
  ) {}

  /**
   * Runs all steps of a list, and returns when they are done.
   * @throws WebAssembly.RuntimeError, Error when a kernel or a thread fails: the program is then of no more use.
   */
  run(list: number, callerWork: CallerWork): void {
    const steps = this.program.lists[list] ?? [];
    if (this.shared === null) {
      steps.forEach((step, i) => {
        if (step.kernel === null) callerWork(i);
        else this.#runAll(step, step.kernel);
      });
      return;
    }
    const { id, control } = this.shared;
    this.pool.begin(id, list, control);
    try {
      for (const [i, { kernel, pieces, addresses }] of steps.entries()) {
        const run =
          kernel === null ? () => callerWork(i) : this.#pieceOf(this.kernelOf(kernel), addresses);
        runPieces(control, i, pieces, run);
        const began = performance.now();
        const isLost = () => performance.now() - began > PATIENCE_MS;
        if (!awaitPieces(control, i, pieces, isLost)) throw new Error('a worker thread has failed');
      }
    } catch (error) {
      Atomics.store(control, FAILED, 1);
      throw error;
    }
    this.pool.end(control);
  }

  destroy(): void {
    if (this.shared !== null) this.pool.remove(this.shared.id);
  }

  #runAll({ pieces, addresses }: ThreadStep, kernel: string): void {
    const run = this.#pieceOf(this.kernelOf(kernel), addresses);
    for (let piece = 0; piece < pieces; piece++) run(piece);
  }

  #pieceOf(kernel: (...values: number[]) => void, addresses: readonly number[]) {
    return (piece: number) => kernel(piece, ...addresses);
  }
}
