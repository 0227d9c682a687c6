/** A profile: where a training step's time goes on one adapter. */

/** What a kernel is for: a direction of the convolutions, BatchNorm (or group norm) with the activation behind it, or anything else. */
export type ProfilePart = 'forward' | 'input gradient' | 'weight gradient' | 'BatchNorm' | 'rest';

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
  /** Missing where the engine does not say. */
  readonly part?: ProfilePart | undefined;
}

export interface Profile {
  /** The adapter's name. */
  readonly adapter: string;
  readonly parameters: number;
  readonly batchSize: number;
  /**
   * `timestamps`: a pass for each dispatch, whose ends the GPU stamps. `submits`: repeated submits of one kernel alone,
   * if the adapter has no timestamps. `clock`: whole steps, in which the calling thread looks at the clock.
   */
  readonly method: 'timestamps' | 'submits' | 'clock';
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

/** Sorts rows and adds them up. Rows that help a convolution count with it where they say that they do. */
export function summarizeRows(
  unsorted: readonly ProfileRow[],
): Pick<Profile, 'rows' | 'kernelMs' | 'convGflops'> {
  const rows = unsorted.toSorted((a, b) => b.ms - a.ms);
  const convolutions = rows.filter(
    ({ flops, part }) => flops > 0 || (part !== undefined && CONVOLUTION.has(part)),
  );
  const convMs = sumOf(convolutions, ({ ms }) => ms);
  return {
    rows,
    kernelMs: sumOf(rows, ({ ms }) => ms),
    convGflops: rate(
      sumOf(convolutions, ({ flops }) => flops),
      convMs,
    ),
  };
}

const CONVOLUTION: ReadonlySet<ProfilePart> = new Set([
  'forward',
  'input gradient',
  'weight gradient',
]);

/** Time and rate of a part of the step, all its rows together. */
export interface PartTotal {
  readonly part: ProfilePart;
  readonly ms: number;
  /** Null if it has none. */
  readonly gflops: number | null;
}

/** In the order in which a step comes to them; empty where the rows do not say what they are for. */
export function partTotals(rows: readonly ProfileRow[]): PartTotal[] {
  return [...CONVOLUTION, 'BatchNorm' as const, 'rest' as const].flatMap((part) => {
    const own = rows.filter((row) => row.part === part);
    const ms = sumOf(own, (row) => row.ms);
    return own.length === 0
      ? []
      : [
          {
            part,
            ms,
            gflops: rate(
              sumOf(own, (row) => row.flops),
              ms,
            ),
          },
        ];
  });
}

const sumOf = (rows: readonly ProfileRow[], value: (row: ProfileRow) => number): number =>
  rows.reduce((sum, row) => sum + value(row), 0);

/** `4.2 MB` */
export function byteText(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Mean of the middle half: steadies the rounding of timestamps, which a median would keep, and leaves out what a busy
 * machine disturbed. NaN of nothing.
 */
export function middleMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.slice(cut, sorted.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** A row's rates; null if it has none. */
export const rowGflops = ({ flops, ms }: ProfileRow): number | null => rate(flops, ms);
export const rowGigabytesPerSecond = ({ bytes, ms }: ProfileRow): number | null => rate(bytes, ms);

function rate(amount: number, ms: number): number | null {
  return amount > 0 && ms > 0 ? amount / ms / 1e6 : null;
}
