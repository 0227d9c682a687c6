/**
 * Moves the labels at the ends of lines apart, as little as necessary.
 * @param wanted centre of each label, pixels. @param height of a label. @param bounds of the centres.
 * @returns the centres, at least `height` apart if there is room for all.
 */
export function spreadLabels(
  wanted: readonly number[],
  height: number,
  [top, bottom]: readonly [number, number],
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places = new Array<number>(wanted.length).fill(0);
  let free = top;
  for (const i of order) {
    places[i] = Math.max(free, wanted[i] ?? 0);
    free = (places[i] ?? 0) + height;
  }
  let limit = bottom;
  for (const i of order.toReversed()) {
    places[i] = Math.min(limit, places[i] ?? 0);
    limit = (places[i] ?? 0) - height;
  }
  return places;
}
