/** Operations that take as long as a test says, on a clock that only they move. */
import type { Trial, TunableUse } from '../../kernels/tunable.ts';
import type { Clock, TuningTimer } from '../search.ts';

export class FakeClock implements Clock {
  ms = 0;
  private readonly waiting: { readonly ms: number; readonly resolve: () => void }[] = [];

  now(): number {
    return this.ms;
  }

  at(ms: number): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ ms, resolve }));
  }

  pass(ms: number): void {
    this.ms += ms;
    for (const { ms: at, resolve } of this.waiting) if (at <= this.ms) resolve();
  }
}

export interface FakeCosts {
  readonly compileMs: number;
  /** Milliseconds of the whole operation, by candidate's key; of one sample after the other, the last for ever. */
  readonly runMs: Readonly<Record<string, readonly number[]>>;
}

/** A timer that only moves the clock. Keeps the keys of what was compiled and run. */
export class FakeTimer implements TuningTimer {
  readonly sampleMs = 4;
  readonly firstEffort = 1;
  readonly mostCandidates = 3;
  readonly warmUpMs: number;
  readonly compiled: string[] = [];
  readonly ran: string[] = [];

  constructor(
    private readonly clock: FakeClock,
    private readonly costs: FakeCosts,
    { warmUpMs = 0 } = {},
  ) {
    this.warmUpMs = warmUpMs;
  }

  async compile({ calls }: Trial) {
    const key = calls[0]?.kernel ?? '';
    this.compiled.push(key);
    this.clock.pass(this.costs.compileMs);
    const times = this.costs.runMs[key] ?? [Number.NaN];
    let samples = 0;
    return async (effort: number): Promise<number> => {
      const ms = times[Math.min(samples++, times.length - 1)] ?? Number.NaN;
      this.ran.push(key);
      this.clock.pass(ms * effort);
      return ms;
    };
  }
}

/** A use whose candidates' keys are also their trials' kernel names. */
export function fakeUse(
  name: string,
  dimensions: Readonly<Record<string, number>>,
  keys: readonly string[],
  macs = 1000,
): TunableUse {
  const parts = Object.entries(dimensions).map(([key, n]) => `${key}${n}`);
  return {
    id: `${name}@1 ${parts.join(',')}`,
    operation: name,
    dimensions,
    macs,
    candidates: keys.map((key) => ({
      key,
      trial: () => ({
        calls: [{ kernel: key, code: '', bindings: [], workgroups: [1, 1, 1] }],
        buffers: [],
      }),
    })),
    chosen: keys[0] ?? '',
  };
}
