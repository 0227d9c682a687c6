/** What was published on loss surfaces, and how these are computed. */
import { t } from '../../text/t.ts';
export const SURFACE_TITLE = t`Loss around the trained weights`;

export const SURFACE_NOTES: readonly string[] = [
  t`Published (Li, Xu, Taylor, Studer, Goldstein 2018, figs. 1 and 5, CIFAR-10): without shortcuts the surface of a 56-layer network is chaotic, full of walls and dents; with them it is smooth and nearly convex. A 20-layer network is smooth either way.`,
  t`Computed as there: random normal directions, each filter scaled to the norm of the trained filter; biases and BatchNorm’s parameters stay as they are; BatchNorm uses its running statistics. Tensors that both networks have get the same random numbers. The plane is a slice along two of as many directions as there are weights: what looks convex in it need not be convex.`,
];
