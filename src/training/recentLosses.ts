/** The losses of the last steps, one by one, however many steps the rows of the history hold by then. */

/** Steps that are kept at least. */
const KEPT = 512;

export class RecentLosses {
  /** Of consecutive steps, up to `#end` - 1. */
  #losses: number[] = [];
  #end = 0;

  /** A step that does not follow the last one begins anew. */
  add(step: number, loss: number): void {
    if (step !== this.#end) this.#losses = [];
    this.#losses.push(loss);
    this.#end = step + 1;
    if (this.#losses.length >= 2 * KEPT) this.#losses = this.#losses.slice(-KEPT);
  }

  /** Forgets `step` and all after it. */
  truncateFrom(step: number): void {
    const dropped = Math.max(0, this.#end - step);
    this.#losses.length = Math.max(0, this.#losses.length - dropped);
    this.#end -= dropped;
  }

  takeFrom(other: RecentLosses): void {
    this.#losses = [...other.#losses];
    this.#end = other.#end;
  }

  /** Over steps `from` … `end` - 1; null where not all of them are kept. */
  mean(from: number, end: number): number | null {
    const first = from - (this.#end - this.#losses.length);
    if (first < 0 || end > this.#end || from >= end) return null;
    const losses = this.#losses.slice(first, first + end - from);
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }
}
