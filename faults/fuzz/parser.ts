import { type Draws, mutatedBytes, mutatedText, mutatedValue } from './mutate.ts';

/** Something that reads what comes from outside. */
export interface Parser {
  readonly name: string;
  /** Share of the inputs, beside the others: the cheap ones get more. */
  readonly weight: number;
  /** Names of the errors with which it may refuse an input. */
  readonly refusals: readonly string[];
  /** Loads what the parser and its seeds need. @returns what reads the i-th input. */
  open(): Promise<Read>;
}

/** Reads one damaged input. Throws what the parser throws, or an error of its own where a result is not whole. */
export type Read = (draws: Draws) => unknown;

export const PLAIN_ERROR = 'Error';

type ReadBytes = (bytes: Uint8Array) => unknown;

/** @param mend makes checksums right again, so that what they protect is reached. */
export function ofBytes(
  seeds: readonly Uint8Array[],
  read: ReadBytes,
  mend: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): Read {
  return (draws) => {
    const seed = seeds[draws.below(seeds.length)] ?? new Uint8Array();
    return read(mend(mutatedBytes(seed, seeds, draws)));
  };
}

export function ofValues(seeds: readonly unknown[], read: (value: unknown) => unknown): Read {
  return (draws) => read(mutatedValue(seeds[draws.below(seeds.length)], draws));
}

export function ofTexts(seeds: readonly string[], read: (text: string) => unknown): Read {
  return (draws) => read(mutatedText(seeds[draws.below(seeds.length)] ?? '', seeds, draws));
}
