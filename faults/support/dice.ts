/** Random choices that a seed decides: the same seed injects the same faults. */
import { streamOf, uniform } from '../../src/model/random.ts';

export class Dice {
  private readonly stream: number;
  private drawn = 0;

  /** @param purpose what the choices are for: with the same seed, other purposes draw other numbers. */
  constructor(
    readonly seed: number,
    purpose: string,
  ) {
    this.stream = streamOf(purpose);
  }

  /** From 0, below 1. */
  number(): number {
    return uniform(this.seed, this.stream, this.drawn++);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.number() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.number() < probability;
  }

  /** @throws Error where there is nothing to choose from. */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.between(0, choices.length - 1)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }
}
