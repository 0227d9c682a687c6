/**
 * Measurements of consecutive steps in rows of typed arrays. A row holds `stride` steps: one at first; when all rows are
 * taken, neighbours are merged and the stride doubles, so that memory and the cost of a redraw stay bounded however
 * long a run is.
 */
import type { LayerNames } from '../model/layerNames.ts';
import { type ColumnSpec, type Merge, QUANTITIES, type Quantity } from './measurements.ts';

export type Values = Float32Array | Float64Array;

/** As plain arrays of exactly `rows`. */
export interface TableState {
  /** Steps a full row holds. */
  readonly stride: number;
  /** [rows] */
  readonly firstStep: Uint32Array;
  readonly lastStep: Uint32Array;
  readonly steps: Uint32Array;
  /** Values by the column's name, [rows, width]. */
  readonly columns: Readonly<Record<string, Values>>;
}

/** Some of what was measured of consecutive steps: by quantity, [steps, width]. */
export type StepValues = Partial<Readonly<Record<Quantity, Values>>>;

const FIRST_CAPACITY = 64;

/** The end of a table at some moment. Rows before the last one stay as they are until rows are merged. */
interface Marked {
  readonly length: number;
  /** The last row alone. */
  readonly last: TableState;
  /** All of the table; null: no rows have been merged since. */
  whole: TableState | null;
}

export class RowTable {
  /** Filled rows; the last one may still take steps. */
  length = 0;
  /** Steps a row holds when full. */
  stride = 1;
  /** Counts up whenever rows already drawn have changed: merged, cut off or cleared. */
  generation = 0;
  /** [rows] */
  firstStep: Uint32Array = new Uint32Array(0);
  lastStep: Uint32Array = new Uint32Array(0);
  /** Steps in the row. */
  steps: Uint32Array = new Uint32Array(0);
  readonly maxRows: number;
  readonly #values = new Map<string, Values>();
  #marked: Marked | null = null;

  /**
   * @param names the parameters and layers that the columns hold numbers for.
   * @param cut whether a merged row keeps its values when its later steps are dropped, or is dropped with them.
   */
  constructor(
    readonly specs: readonly ColumnSpec[],
    readonly names: LayerNames,
    readonly limits: { readonly maxRows: number; readonly maxLayerNumbers: number },
    readonly cut: 'keep' | 'drop',
  ) {
    for (const { name, array } of specs) this.#values.set(name, new array(0));
    const perRow = specs
      .flatMap(({ of }) => of)
      .filter((quantity) => QUANTITIES[quantity] !== 'step')
      .reduce((sum, quantity) => sum + this.widthOf(quantity), 0);
    const affordable = Math.floor(limits.maxLayerNumbers / Math.max(1, perRow));
    const rows = Math.min(limits.maxRows, affordable);
    // Where a merged row's values outlive a cut, merging must leave no row alone.
    this.maxRows = Math.max(2, cut === 'keep' ? 2 * Math.floor(rows / 2) : rows);
  }

  get parameterNames(): readonly string[] {
    return this.names.parameterNames;
  }

  get activationNames(): readonly string[] {
    return this.names.activationNames;
  }

  /** The names that a row holds a number for, in order; a quantity of the step itself has one empty name. */
  namesOf(quantity: Quantity): readonly string[] {
    const per = QUANTITIES[quantity];
    return per === 'step' ? [''] : this.names[per];
  }

  widthOf(quantity: Quantity): number {
    return this.namesOf(quantity).length;
  }

  /** How many numbers a row of the column holds. */
  width({ of }: ColumnSpec): number {
    return of.reduce((sum, quantity) => sum + this.widthOf(quantity), 0);
  }

  /** [rows, width]; valid until rows are added. */
  column(name: string): Values {
    const values = this.#values.get(name);
    if (values === undefined) throw new Error(`no column ${name}`);
    return values;
  }

  float32(name: string): Float32Array {
    const values = this.column(name);
    if (values instanceof Float32Array) return values;
    throw new TypeError(`column ${name} is not of 32 bits`);
  }

  /** Where the numbers of one name lie in all rows; valid until rows are added. @param index in `namesOf(quantity)`. */
  columnOf(quantity: Quantity, index: number) {
    const spec = this.specs.find(({ of }) => of.includes(quantity));
    if (spec === undefined) throw new Error(`no column holds ${quantity}`);
    const before = spec.of.slice(0, spec.of.indexOf(quantity));
    const offset = before.reduce((sum, other) => sum + this.widthOf(other), index);
    return { values: this.float32(spec.name), stride: this.width(spec), offset };
  }

  /** A view of a row: a number for each of `namesOf(quantity)`. */
  row(quantity: Quantity, row: number): Float32Array {
    const { values, stride, offset } = this.columnOf(quantity, 0);
    const start = row * stride + offset;
    return values.subarray(start, start + this.widthOf(quantity));
  }

  /** The row that holds `step`, or the last one before it; -1 where there is none. */
  rowOf(step: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.firstStep[middle] ?? 0) <= step) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Adds a step after all others. @param at its index among the steps of `measured`. */
  add(step: number, measured: StepValues, at: number): void {
    let row = this.length - 1;
    if (row < 0 || (this.steps[row] ?? 0) >= this.stride) {
      if (this.length >= this.maxRows) this.#merge();
      if (this.length >= this.firstStep.length) this.#grow();
      row = this.length++;
      this.firstStep[row] = step;
      this.steps[row] = 0;
    }
    const count = (this.steps[row] ?? 0) + 1;
    this.steps[row] = count;
    this.lastStep[row] = step;
    for (const spec of this.specs) {
      const values = this.column(spec.name);
      let place = row * this.width(spec);
      for (const quantity of spec.of) {
        const width = this.widthOf(quantity);
        const from = measured[quantity]?.subarray(at * width, (at + 1) * width) ?? [];
        for (let i = 0; i < width; i++, place++) {
          const value = from[i] ?? Number.NaN;
          values[place] =
            count === 1 ? value : merged(spec.merge, values[place] ?? 0, value, 1, count);
        }
      }
    }
  }

  /** Remembers the table as it is; the memory of an earlier moment is given up. */
  mark(): void {
    const { length } = this;
    this.#marked = { length, last: this.#rows(Math.max(0, length - 1), length), whole: null };
  }

  /** A copy of what was held when it was marked, to the last bit; null where the table was cut or replaced since. */
  get stateAtMark(): TableState | null {
    const marked = this.#marked;
    if (marked === null) return null;
    if (marked.whole !== null) return structuredClone(marked.whole);
    return withLast(this.#rows(0, marked.length), marked.last);
  }

  /** Forgets `step` and everything after it. */
  truncateFrom(step: number): void {
    this.#marked = null;
    const from = this.cut === 'keep' ? this.firstStep : this.lastStep;
    while (this.length > 0 && (from[this.length - 1] ?? 0) >= step) this.length--;
    const row = this.length - 1;
    if (row >= 0 && (this.lastStep[row] ?? 0) >= step) {
      this.lastStep[row] = step - 1;
      this.steps[row] = Math.min(this.steps[row] ?? 1, step - (this.firstStep[row] ?? 0));
    }
    this.generation++;
  }

  clear(): void {
    this.#marked = null;
    this.length = 0;
    this.stride = 1;
    this.generation++;
  }

  /** A copy of what is held now. */
  get state(): TableState {
    return this.#rows(0, this.length);
  }

  /** Copies of the rows from `start` up to `end`. */
  #rows(start: number, end: number): TableState {
    return {
      stride: this.stride,
      firstStep: this.firstStep.slice(start, end),
      lastStep: this.lastStep.slice(start, end),
      steps: this.steps.slice(start, end),
      columns: Object.fromEntries(
        this.specs.map((spec) => {
          const width = this.width(spec);
          return [spec.name, this.column(spec.name).slice(start * width, end * width)];
        }),
      ),
    };
  }

  /** Continues from `state`, whose arrays it takes over. */
  restore({ stride, firstStep, lastStep, steps, columns }: TableState): void {
    this.#marked = null;
    this.length = firstStep.length;
    this.stride = stride;
    this.firstStep = firstStep;
    this.lastStep = lastStep;
    this.steps = steps;
    for (const { name } of this.specs) {
      const values = columns[name];
      if (values === undefined) throw new Error(`no column ${name}`);
      this.#values.set(name, values);
    }
  }

  /** Continues from the rows of `from`: names that stay keep their numbers, new ones get `missing`. */
  takeRows(from: RowTable): void {
    const { length } = from;
    const columns = this.specs.map((spec) => {
      const [width, oldWidth] = [this.width(spec), from.width(spec)];
      const [values, old] = [new spec.array(length * width), from.column(spec.name)];
      let offset = 0;
      const sources = spec.of.flatMap((quantity) => {
        const first = offset;
        offset += from.widthOf(quantity);
        const places = new Map(from.namesOf(quantity).map((name, i) => [name, first + i]));
        return this.namesOf(quantity).map((name) => places.get(name) ?? null);
      });
      for (let row = 0; row < length; row++) {
        for (const [i, source] of sources.entries()) {
          const value = source === null ? null : old[row * oldWidth + source];
          values[row * width + i] = value ?? spec.missing;
        }
      }
      return [spec.name, values] as const;
    });
    this.restore({ ...from.state, columns: Object.fromEntries(columns) });
    while (this.length > this.maxRows) this.#merge();
  }

  #grow(): void {
    const rows = Math.min(this.maxRows, Math.max(FIRST_CAPACITY, this.firstStep.length * 2));
    const grown = (from: Uint32Array): Uint32Array => {
      const to = new Uint32Array(rows);
      to.set(from);
      return to;
    };
    this.firstStep = grown(this.firstStep);
    this.lastStep = grown(this.lastStep);
    this.steps = grown(this.steps);
    for (const spec of this.specs) {
      const values = new spec.array(rows * this.width(spec));
      values.set(this.column(spec.name));
      this.#values.set(spec.name, values);
    }
  }

  /** Row pairs become rows; a last one without a neighbour keeps taking steps. */
  #merge(): void {
    const marked = this.#marked;
    if (marked !== null) marked.whole ??= this.stateAtMark;
    const { length } = this;
    for (let row = 0; 2 * row < length; row++) {
      const [a, b] = [2 * row, Math.min(2 * row + 1, length - 1)];
      const stepsA = this.steps[a] ?? 0;
      const stepsB = a === b ? 0 : (this.steps[b] ?? 0);
      this.firstStep[row] = this.firstStep[a] ?? 0;
      this.lastStep[row] = this.lastStep[b] ?? 0;
      this.steps[row] = stepsA + stepsB;
      for (const spec of this.specs) {
        const width = this.width(spec);
        const values = this.column(spec.name);
        for (let i = 0; i < width; i++) {
          const value = values[a * width + i] ?? 0;
          const later = values[b * width + i] ?? 0;
          values[row * width + i] =
            a === b ? value : merged(spec.merge, value, later, stepsB, stepsA + stepsB);
        }
      }
    }
    this.length = Math.ceil(length / 2);
    this.stride *= 2;
    this.generation++;
  }
}

/** `state` with another last row. */
function withLast(state: TableState, last: TableState): TableState {
  const put = (into: Uint32Array | Values, row: Uint32Array | Values | undefined): void => {
    if (row !== undefined) into.set(row, into.length - row.length);
  };
  put(state.firstStep, last.firstStep);
  put(state.lastStep, last.lastStep);
  put(state.steps, last.steps);
  for (const [name, values] of Object.entries(state.columns)) put(values, last.columns[name]);
  return state;
}

/** One value for two, the later one of `added` of `total` steps. */
function merged(merge: Merge, value: number, later: number, added: number, total: number): number {
  switch (merge) {
    case 'last':
      return later;
    case 'mean':
      return value + ((later - value) * added) / total;
    case 'min':
      return Math.min(value, later);
    case 'max':
      return Math.max(value, later);
  }
}
