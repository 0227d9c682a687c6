/** A profile: where a training step's time goes on one adapter. */

/** All dispatches of a step that run the same code: one kernel at one shape. */
export interface ProfileRow {
  /** `convWeightGradient` */
  readonly kernel: string;
  /** Of a convolution `3×3 /2, 16 → 32, 32×32`, else the bytes of one dispatch. */
  readonly shape: string;
  /** What it works for, in the order of the step: `layer1.0.conv1`. */
  readonly layers: readonly string[];
  /** Dispatches in a step. */
  readonly count: number;
  /** Of all of them together, as are the next two. */
  readonly ms: number;
  /** 0 for kernels that only move memory. */
  readonly flops: number;
  /** Everything bound, once: what a kernel reads again, or a cache saves it, is not known. */
  readonly bytes: number;
}

export interface Profile {
  /** The adapter's name. */
  readonly adapter: string;
  readonly parameters: number;
  readonly batchSize: number;
  /**
   * `timestamps`: a pass for each dispatch, whose ends the GPU stamps. `submits`: repeated submits of one kernel alone,
   * if the adapter has no timestamps.
   */
  readonly method: 'timestamps' | 'submits';
  /** One step as training runs it: one pass, one submit, waited for. Median. */
  readonly stepMs: number;
  /** Sum of all rows. */
  readonly kernelMs: number;
  /** Multiply-adds that the adapter does at best, each counted as two. */
  readonly peakGflops: number;
  /** Of all convolution kernels together; null for a network without any. */
  readonly convGflops: number | null;
  /** The slowest first. */
  readonly rows: readonly ProfileRow[];
}

/** A row's rates; null if it has none. */
export const rowGflops = ({ flops, ms }: ProfileRow): number | null => rate(flops, ms);
export const rowGigabytesPerSecond = ({ bytes, ms }: ProfileRow): number | null => rate(bytes, ms);

function rate(amount: number, ms: number): number | null {
  return amount > 0 && ms > 0 ? amount / ms / 1e6 : null;
}
