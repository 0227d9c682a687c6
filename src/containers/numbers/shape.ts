/** Shapes read from files, checked before anything is computed from them. */

/** NumPy's own limit. */
const MAX_DIMENSIONS = 32;

/** Product of the sizes; null if it is not an exact integer. */
export function elementCount(shape: readonly number[]): number | null {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const length of shape) {
    count *= length;
    if (!Number.isSafeInteger(count)) return null;
  }
  return count;
}

export const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

export const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isSize);

export const describeShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
