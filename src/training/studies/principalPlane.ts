/**
 * The plane that holds most of a path (Li et al. 2018, §7.2): through its end, spanned by the two principal directions of
 * the differences from there. They come from the Gram matrix of the differences, as small as the path is short.
 */
import { addScaled, dot } from './flatWeights.ts';
import { symmetricEigen } from '../symmetricEigen.ts';
import { t } from '../../text/t.ts';

interface PrincipalPlane {
  /** Of the variance of the path's points, 0–1 each. */
  readonly shares: readonly [number, number];
  /** Of length 1, at right angles. */
  readonly directions: readonly [Float32Array, Float32Array];
  /** Each point of the path on the plane, its end at 0, 0. */
  readonly points: readonly (readonly [number, number])[];
}

/** @param path at least three points, not all in one place. @throws Error where they are. */
export function principalPlane(path: readonly Float32Array[]): PrincipalPlane {
  const end = path.at(-1) ?? new Float32Array();
  const differences = path.map((point) => point.map((w, i) => w - (end[i] ?? 0)));
  const gram = differences.map((one, i) =>
    differences.map((two, j) => (j < i ? 0 : dot(one, two))),
  );
  const product = (i: number, j: number) => gram[Math.min(i, j)]?.[Math.max(i, j)] ?? 0;
  const n = path.length;
  const means = path.map((_, i) => path.reduce((sum, _, j) => sum + product(i, j), 0) / n);
  const mean = means.reduce((sum, one) => sum + one, 0) / n;
  // Of the differences from their mean.
  const centred = path.map((_, i) =>
    path.map((_, j) => product(i, j) - (means[i] ?? 0) - (means[j] ?? 0) + mean),
  );
  const { values, vectors } = symmetricEigen(centred);
  const variance = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (!(variance > 0))
    throw new Error(
      t`The weights have not moved: there is no path to draw. Train some steps at a rate above 0 and ask again.`,
    );
  const axis = (k: number) => {
    const value = Math.max(0, values[k] ?? 0);
    const scale = value > 0 ? 1 / Math.sqrt(value) : 0;
    const weights = (vectors[k] ?? []).map((one) => one * scale);
    const places = path.map((_, i) => weights.reduce((sum, w, j) => sum + w * product(i, j), 0));
    // The path comes from the left and from below.
    const sign = (places[0] ?? 0) > 0 ? -1 : 1;
    const direction = new Float32Array(end.length);
    for (const [j, difference] of differences.entries()) {
      addScaled(direction, sign * (weights[j] ?? 0), difference);
    }
    return { share: value / variance, direction, places: places.map((place) => sign * place) };
  };
  const [first, second] = [axis(0), axis(1)];
  return {
    shares: [first.share, second.share],
    directions: [first.direction, second.direction],
    points: first.places.map((x, i) => [x, second.places[i] ?? 0]),
  };
}
