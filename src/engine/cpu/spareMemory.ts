/**
 * Memories of programs that are no longer needed, for the next ones. A WebAssembly memory takes gigabytes of addresses
 * however small it is, Chromium has room for about a hundred, and a shared one goes only when each thread's own garbage
 * collection has found it, which threads that make no garbage never begin.
 */
const PAGE_BYTES = 65_536;
/** Of all that wait. */
const MOST_SPARE_BYTES = 2 ** 26;

const pagesOf = ({ buffer }: WebAssembly.Memory): number => buffer.byteLength / PAGE_BYTES;

export class SpareMemory {
  /** The ones that have waited longest first. */
  readonly #spare: WebAssembly.Memory[] = [];

  /**
   * A memory of at least so many pages, all zeros.
   * @throws RangeError where there is no room for a new one.
   */
  take(pages: number, shared: boolean): WebAssembly.Memory {
    const [best] = this.#spare
      .filter((memory) => pagesOf(memory) >= pages && pagesOf(memory) <= 2 * pages)
      .sort((a, b) => pagesOf(a) - pagesOf(b));
    if (best === undefined) {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    }
    this.#spare.splice(this.#spare.indexOf(best), 1);
    new Uint8Array(best.buffer).fill(0);
    return best;
  }

  /** @param memory nothing reads or writes any more. */
  keep(memory: WebAssembly.Memory): void {
    this.#spare.push(memory);
    let bytes = this.#spare.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    while (bytes > MOST_SPARE_BYTES) bytes -= this.#spare.shift()?.buffer.byteLength ?? bytes;
  }
}
