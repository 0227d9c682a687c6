/** The threads that share the work of all programs of a device. The thread that calls `run` is one of them. */
import { SpareMemory } from '../spareMemory.ts';
import { Attendance } from './attendance.ts';
import {
  awaitChange,
  awaitPieces,
  FAILED,
  failPieces,
  HEAD,
  INSIDE,
  RUN,
  runPieces,
} from './pieces.js';
import type { Thread } from './thread.ts';
import { t } from '../../../text/t.ts';

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

/** Told of each step, by its place in the list, once it is done. */
export type OnStep = (step: number, ms: number) => void;

/** How long no other thread may move, while the calling one waits for it, before one is taken for lost. */
const PATIENCE_MS = 3000;
/** A piece may take another thread so many times as long as it took this one, and no longer than `MOST_PATIENCE_MS`. */
const PATIENCE_PIECES = 20;
const MOST_PATIENCE_MS = 20_000;

const LOST = t`a thread does not answer`;

export class ThreadPool {
  /** For the programs that are added. */
  readonly memories = new SpareMemory();
  readonly #workers: readonly Thread[];
  readonly #attendance: Attendance | null;
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
    this.#attendance = workers.length === 0 ? null : new Attendance(workers.length);
    workers.forEach((worker, index) => {
      worker.post({ kind: 'join', index, attendance: this.#attendance?.sheet });
    });
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

  /** For `PooledProgram`. @throws Error when a thread has ended. */
  begin(id: number, list: number, control: Int32Array): void {
    if (this.#attendance?.isComplete(performance.now()) === false) this.#failure ??= LOST;
    if (this.#failure !== null) throw new Error(this.#failure);
    this.#runs = (this.#runs % 0x3fff_ffff) + 1;
    control.fill(0, HEAD);
    Atomics.store(control, RUN, this.#runs);
    this.#post({ kind: 'run', id, list, run: this.#runs });
  }

  /** For `PooledProgram`: no worker touches the program's memory any more once it returns. @throws Error */
  end(control: Int32Array, patienceMs: number): void {
    Atomics.store(control, RUN, 0);
    const inside = () => Atomics.load(control, INSIDE);
    if (!awaitChange(control, INSIDE, () => inside() === 0, inside, patienceMs)) {
      throw new Error(LOST);
    }
  }

  remove(id: number): void {
    this.#post({ kind: 'remove', id });
  }

  destroy(): void {
    this.#failure ??= t`the threads were stopped`;
    for (const worker of this.#workers) worker.terminate();
  }

  #post(message: unknown): void {
    for (const worker of this.#workers) worker.post(message);
  }
}

/** A program whose steps the pool's threads can run. */
export class PooledProgram {
  /** The longest that a piece took this thread, ms. */
  #pieceMs = 0;
  #isDestroyed = false;

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
  run(list: number, callerWork: CallerWork, onStep?: OnStep): void {
    if (this.#isDestroyed) throw new Error('this program was destroyed');
    const steps = this.program.lists[list] ?? [];
    if (this.shared === null) {
      steps.forEach((step, i) => {
        const startMs = performance.now();
        if (step.kernel === null) callerWork(i);
        else this.#runAll(step, step.kernel);
        onStep?.(i, performance.now() - startMs);
      });
      return;
    }
    const { id, control } = this.shared;
    this.pool.begin(id, list, control);
    for (const [i, step] of steps.entries()) {
      const startMs = performance.now();
      try {
        this.#share(control, i, step, callerWork);
      } catch (error) {
        failPieces(control, i);
        throw error;
      }
      onStep?.(i, performance.now() - startMs);
    }
    this.pool.end(control, this.#patienceMs);
  }

  /** Its memory is another program's from then on. */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    if (this.shared !== null) this.pool.remove(this.shared.id);
    this.pool.memories.keep(this.program.memory);
  }

  /** Works on step `i` together with the workers, until it is done. */
  #share(control: Int32Array, i: number, step: ThreadStep, callerWork: CallerWork): void {
    const { kernel, pieces, addresses } = step;
    const run =
      kernel === null ? () => callerWork(i) : this.#pieceOf(this.kernelOf(kernel), addresses);
    const startMs = performance.now();
    const own = runPieces(control, i, pieces, run);
    if (own > 0) this.#pieceMs = Math.max(this.#pieceMs, (performance.now() - startMs) / own);
    if (awaitPieces(control, i, pieces, this.#patienceMs)) return;
    throw new Error(Atomics.load(control, FAILED) === 0 ? LOST : t`a kernel failed in a thread`);
  }

  get #patienceMs(): number {
    return Math.min(MOST_PATIENCE_MS, Math.max(PATIENCE_MS, PATIENCE_PIECES * this.#pieceMs));
  }

  #runAll({ pieces, addresses }: ThreadStep, kernel: string): void {
    const run = this.#pieceOf(this.kernelOf(kernel), addresses);
    for (let piece = 0; piece < pieces; piece++) run(piece);
  }

  #pieceOf(kernel: (...values: number[]) => void, addresses: readonly number[]) {
    return (piece: number) => kernel(piece, ...addresses);
  }
}
