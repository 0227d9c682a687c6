/** What was published on loss surfaces, and what is done here. */
export const SURFACE_TITLE = 'Loss around the trained weights';

export const SURFACE_NOTES: readonly string[] = [
  'Published (Li, Xu, Taylor, Studer, Goldstein 2018, figs. 1 and 5, CIFAR-10): without shortcuts the surface of a 56-layer net is chaotic, with walls and many dents; with them it is smooth and nearly convex; a 20-layer net is smooth either way.',
  'As there: random normal directions, each filter scaled to the norm of the trained filter; biases and BatchNorm’s parameters stay; BatchNorm by the running statistics. Tensors that both nets have get the same random numbers. It is a slice of two among as many directions as there are weights: what looks convex in it need not be convex.',
];
