/** What the page needs to know of a curve's study beforehand. */

/** The steps of its bend's training after which the curve is scored: none (the straight line), a quarter, half and all. */
export const scoredAfter = (steps: number): readonly number[] => [
  ...new Set([0, 0.25, 0.5, 1].map((share) => Math.round(share * steps))),
];
