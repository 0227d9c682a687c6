/** Lists of steps over one memory, compiled and ready to run: what a network's training or evaluation is made of. */
import type { LayerGraph } from '../../model/graph.ts';
import { EngineError } from '../errors.ts';
import type { StateLayout } from '../plan/layout.ts';
import type { StepList } from '../plan/plan.ts';
import type { BatchTensor, PlanStep } from '../plan/steps.ts';
import { type Arithmetic, functionOf } from './kernels/kernel.ts';
import { pixelBytes, planeBytes } from './kernels/plane.ts';
import { zeroBytes } from './kernels/winograd/tiles.ts';
import { CHUNK_BYTES, SQUARES_BYTES } from './kernels/descent/descent.ts';
import { Lowering } from './lowering/lowering.ts';
import type { Update } from './lowering/descents.ts';
import type { CpuStep, MemoryViews, StepState } from './lowering/step.ts';
import { align, type MemoryMap, mapMemory, type Place, type Resident } from './memoryMap.ts';
import type { OnStep, PooledProgram, ThreadPool } from './threads/pool.ts';
import { encodeModule, MOST_PAGES } from './wasm/module.ts';
import { t } from '../../text/t.ts';

const PAGE_BYTES = 65_536;
/** What a program may need at most. */
export const MOST_BYTES = MOST_PAGES * PAGE_BYTES;

interface ProgramSource {
  readonly graph: LayerGraph;
  readonly layout: StateLayout;
  readonly arithmetic: Arithmetic;
  /** Null for an evaluation. */
  readonly update: Update | null;
  readonly lists: readonly StepList[];
  /** Filled from outside before a list runs, or read afterwards. */
  readonly kept: ReadonlySet<BatchTensor>;
}

/** What will run, and how much memory it takes: nothing is allocated yet. */
export interface ProgramPlan {
  readonly source: ProgramSource;
  readonly lists: readonly (readonly CpuStep[])[];
  readonly map: MemoryMap;
  /** What each thread needs besides. */
  readonly scratchBytes: number;
}

export function planProgram(source: ProgramSource): ProgramPlan {
  const { graph, layout, arithmetic, update, kept } = source;
  const lowered = source.lists.map((list) => new Lowering(graph, layout, arithmetic, update, list));
  const { parameterFloats, statisticFloats } = layout;
  const residents = new Map<Resident, number>([
    ['weights', 4 * parameterFloats],
    ['running', 4 * statisticFloats],
    ['statistics', 4 * statisticFloats],
  ]);
  if (update !== null) {
    const { chunks, strips } = update;
    const channels = Math.max(...graph.nodes.map(({ shape }) => shape.channels));
    residents.set('momentum', 4 * parameterFloats);
    residents.set('gradients', 4 * parameterFloats);
    const has = (wanted: PlanStep['kind']) =>
      source.lists.some(({ steps }) => steps.some(({ kind }) => kind === wanted));
    if (has('adam')) residents.set('secondMoment', 4 * parameterFloats);
    if (has('muon')) {
      residents.set('filterStrips', 4 * strips.table.length);
      for (const name of ['directions', 'nextDirections'] as const) {
        residents.set(name, 4 * parameterFloats);
      }
      for (const name of ['grams', 'polynomials'] as const) {
        residents.set(name, 4 * strips.gramFloats);
      }
    }
    if (has('average')) {
      residents.set('average', 4 * parameterFloats);
      residents.set('averageRunning', 4 * statisticFloats);
    }
    if (lowered.some(({ steps }) => steps.some(usesGradientSums))) {
      residents.set('gradientSums', 4 * parameterFloats);
    }
    residents.set(
      'copies',
      4 * Math.max(...lowered.map(({ convolutions }) => convolutions.copiesFloats)),
    );
    residents.set('chunkTable', CHUNK_BYTES * chunks.length);
    residents.set('learningRate', 16);
    residents.set('squares', SQUARES_BYTES * chunks.length);
    residents.set('moments', 16 * channels);
    const draws = ['dropout', 'dropoutGradient', 'scale', 'scaleGradient'] as const;
    if (draws.some(has)) residents.set('drawn', 16);
  }
  residents.set(
    'filters',
    4 * Math.max(...lowered.map(({ convolutions }) => convolutions.filterFloats)),
  );
  residents.set(
    'zeros',
    Math.max(...source.lists.map(({ images }) => zeroBytes({ batch: images }))),
  );
  const needs = lowered.map(({ steps }, i) => {
    const uses = steps.map(({ places }) =>
      Object.values(places).flatMap((place) => ('tensor' in place ? [place.tensor] : [])),
    );
    return { images: source.lists[i]?.images ?? 0, uses, kept };
  });
  const lists = lowered.map(({ steps }) => steps);
  const scratch = lists
    .flat()
    .map((step) => (step.kind === 'kernel' ? step.kernel.scratchBytes : 0));
  const scratchBytes = align(Math.max(0, ...scratch.map((bytes = 0) => bytes)));
  return { source, lists, map: mapMemory(residents, needs), scratchBytes };
}

/** Only a batch that is split needs them. */
const usesGradientSums = ({ places }: CpuStep): boolean =>
  Object.values(places).some((place) => 'resident' in place && place.resident === 'gradientSums');

/** What the program takes when it runs on so many threads. */
export const programBytes = ({ map, scratchBytes }: ProgramPlan, threads: number): number =>
  align(map.bytes) + threads * scratchBytes;

const viewsOf = (buffer: ArrayBufferLike): MemoryViews => ({
  floats: new Float32Array(buffer),
  doubles: new Float64Array(buffer),
  words: new Uint32Array(buffer),
});

export class Program {
  #views: MemoryViews;

  private constructor(
    readonly plan: ProgramPlan,
    readonly bytes: number,
    memory: WebAssembly.Memory,
    private readonly pooled: PooledProgram,
  ) {
    this.#views = viewsOf(memory.buffer);
  }

  get views(): MemoryViews {
    return this.#views;
  }

  /** @throws EngineError `too-large`, `out-of-memory`. */
  static async compile(plan: ProgramPlan, pool: ThreadPool): Promise<Program> {
    const isShared = pool.threads > 1;
    const { scratchBytes } = plan;
    const scratch = { first: align(plan.map.bytes), bytes: scratchBytes };
    const bytes = programBytes(plan, pool.threads);
    const memory = allocate(bytes, pool);
    const names = new Map<string, string>();
    const functions = [];
    for (const step of plan.lists.flat()) {
      if (step.kind === 'scalar' || names.has(step.key)) continue;
      const name = `k${names.size}`;
      names.set(step.key, name);
      functions.push(functionOf(name, step.kernel));
    }
    const module = await WebAssembly.compile(encodeModule(functions, isShared));
    const lists = plan.lists.map((steps, list) =>
      steps.map((step) => {
        if (step.kind === 'scalar') return { kernel: null, pieces: 1, addresses: [] };
        const addresses = step.kernel.tensors.map((name) => {
          const place = step.places[name];
          if (place === undefined) throw new Error(`${step.key} lacks its ${name}`);
          return addressOf(plan.map, list, place);
        });
        return { kernel: names.get(step.key) ?? '', pieces: step.kernel.pieces, addresses };
      }),
    );
    return new Program(plan, bytes, memory, pool.add({ module, memory, scratch, lists }));
  }

  run(list: number, state: StepState, onStep?: OnStep): void {
    const steps = this.plan.lists[list] ?? [];
    const find = (place: Place) => addressOf(this.plan.map, list, place);
    const callerWork = (i: number) => {
      const step = steps[i];
      if (step?.kind === 'scalar') step.run(this.views, find, state);
    };
    this.pooled.run(list, callerWork, onStep);
  }

  /** `count` floats of a resident. */
  resident(name: Resident, count: number): Float32Array {
    const first = addressOf(this.plan.map, 0, { resident: name, bytes: 0 }) / 4;
    return this.views.floats.subarray(first, first + count);
  }

  /** Puts `values` [C, H, W, N4] into a tensor while `list` has not begun. */
  write(list: number, tensor: BatchTensor, values: Float32Array): void {
    const { channels } = tensor.shape;
    const step = this.#planeFloats(list, tensor);
    const first = this.#firstFloat(list, tensor);
    const length = values.length / channels;
    for (let c = 0; c < channels; c++) {
      this.views.floats.set(values.subarray(c * length, (c + 1) * length), first + c * step);
    }
  }

  /** Image `n` of a tensor, [C, H, W], once `list` has run. */
  read(list: number, tensor: BatchTensor, n: number): Float32Array {
    const { channels, height, width } = tensor.shape;
    const stride = pixelBytes({ batch: this.#images(list) }) / 4;
    const step = this.#planeFloats(list, tensor);
    const first = this.#firstFloat(list, tensor) + n;
    const pixels = height * width;
    return Float32Array.from({ length: channels * pixels }, (_, i) => {
      const at = first + Math.floor(i / pixels) * step + (i % pixels) * stride;
      return this.views.floats[at] ?? Number.NaN;
    });
  }

  #images(list: number): number {
    return this.plan.source.lists[list]?.images ?? 0;
  }

  #planeFloats(list: number, { shape }: BatchTensor): number {
    return planeBytes({ ...shape, batch: this.#images(list) }) / 4;
  }

  #firstFloat(list: number, tensor: BatchTensor): number {
    return addressOf(this.plan.map, list, { tensor }) / 4;
  }

  /** The memory may be another program's then: this one sees none of it any more. */
  destroy(): void {
    this.#views = viewsOf(new ArrayBuffer(0));
    this.pooled.destroy();
  }
}

function addressOf({ residents, tensors }: MemoryMap, list: number, place: Place): number {
  const address =
    'tensor' in place ? tensors[list]?.get(place.tensor) : residents.get(place.resident);
  if (address === undefined) {
    throw new Error(`${'tensor' in place ? place.tensor.label : place.resident} has no place`);
  }
  return 'tensor' in place ? address : address + place.bytes;
}

const ADVICE = t`Use a smaller batch, narrower stages, fewer blocks or smaller images.`;

function allocate(bytes: number, { memories, threads }: ThreadPool): WebAssembly.Memory {
  if (bytes > MOST_BYTES) {
    const message = t`This network needs ${bytes} bytes of memory; WebAssembly can have ${MOST_BYTES}, ${bytes - MOST_BYTES} are missing. ${ADVICE}`;
    throw new EngineError('too-large', message, 'training.batchSize');
  }
  const pages = Math.ceil(bytes / PAGE_BYTES);
  try {
    return memories.take(pages, threads > 1);
  } catch {
    const message = t`There is no room for the ${bytes} bytes that this network needs. ${ADVICE}`;
    throw new EngineError('out-of-memory', message, 'training.batchSize');
  }
}
