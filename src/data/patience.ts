/** How long a read may stand still, all attempts at it together. */
export class Patience {
  private most = 0;
  private lastNewsMs = performance.now();

  /** @param stallMs without a byte that no attempt has brought before. */
  constructor(private readonly stallMs: number) {}

  get leftMs(): number {
    return Math.max(0, this.stallMs - (performance.now() - this.lastNewsMs));
  }

  /** How long one attempt may wait for its next byte: half of the time at most, so that another connection gets a try. */
  get attemptMs(): number {
    return Math.min(this.leftMs, this.stallMs / 2);
  }

  /** @param bytes that an attempt has brought so far. What an earlier one had brought already is no news. */
  arrived(bytes: number): void {
    if (bytes <= this.most) return;
    this.most = bytes;
    this.lastNewsMs = performance.now();
  }
}
