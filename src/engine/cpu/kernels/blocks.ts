/** A stretch of equal blocks: `blocks` times `size`, from `first` on. */
export interface Blocks {
  readonly first: number;
  readonly size: number;
  readonly blocks: number;
}

/** `count` as blocks of `size`, and one smaller block for what is left. */
export function blocksOf(count: number, size: number): Blocks[] {
  const whole = Math.floor(count / size);
  const rest = count - whole * size;
  return [
    ...(whole > 0 ? [{ first: 0, size, blocks: whole }] : []),
    ...(rest > 0 ? [{ first: whole * size, size: rest, blocks: 1 }] : []),
  ];
}

/** 0 … count - 1 */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Pieces that a kernel is cut into, where it can be: enough that up to eight threads end at about the same time. */
export const PIECES = 24;

/** `count` cut into about `wanted` equal groups whose size is a multiple of `unit`: the group's size, and how many there are. */
export function groupsOf(
  count: number,
  unit: number,
  wanted: number,
): { readonly size: number; readonly groups: number } {
  const units = Math.ceil(count / unit);
  const size = unit * Math.ceil(units / Math.min(units, Math.max(1, wanted)));
  return { size, groups: Math.ceil(count / size) };
}
