/** Where a run's weights have been, for studies that look back: sparse, in bounded memory, not part of a checkpoint. */
import type { StateDict } from '../model/graph.ts';

export interface TrailPoint {
  /** Steps done. */
  readonly step: number;
  /** Of the next step. */
  readonly learningRate: number;
  /** Parameters and running statistics. */
  readonly weights: StateDict;
}

const MOST_POINTS = 33;
/** Of one run: 33 points up to 485,000 parameters, fewer beyond. */
const MOST_BYTES = 64_000_000;
/** With fewer there is nothing to see; the run then keeps none. */
const FEWEST_POINTS = 5;
const FIRST_INTERVAL = 8;

/** Points about equally far apart: whenever they become too many, every second one is dropped. */
export class Trail {
  private kept: TrailPoint[] = [];
  /** Steps from one to the next, at least. */
  private interval = FIRST_INTERVAL;

  /** @param bytes of the weights of one point. */
  constructor(private readonly bytes: number) {}

  get points(): readonly TrailPoint[] {
    return this.kept;
  }

  /** Whether a point at this step would be kept. */
  isDue(step: number): boolean {
    const last = this.kept.at(-1);
    return this.most > 0 && (last === undefined || step >= last.step + this.interval);
  }

  /** Keeps the point if it is due. Its weights must not change from then on. */
  offer(point: TrailPoint): void {
    if (!this.isDue(point.step)) return;
    this.kept.push(point);
    while (this.kept.length > this.most) {
      this.interval *= 2;
      this.kept = this.kept.filter((_, i) => i % 2 === 0);
    }
  }

  /** Forgets all of it: the weights to come have nothing to do with these. */
  clear(): void {
    this.kept = [];
    this.interval = FIRST_INTERVAL;
  }

  private get most(): number {
    const fitting = Math.min(MOST_POINTS, Math.floor(MOST_BYTES / this.bytes));
    return fitting < FEWEST_POINTS ? 0 : fitting;
  }
}
