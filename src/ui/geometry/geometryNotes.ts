/** What was published on the loss's geometry, and how it is computed here. */
import { t } from '../../text/t.ts';

export const LINE_TITLE = t`Between two trained networks`;

export const LINE_NOTES: readonly string[] = [
  t`Published (Frankle, Dziugaite, Roy, Carbin 2020, CIFAR-10): a ResNet-20 that is copied at initialisation and trained twice, with other orders of the images, ends with a high barrier between the two; copied after 2,000 steps of training, with none. Networks from different initial weights have one too, part of which may be that their channels come in another order (Entezari et al. 2022).`,
  t`Computed as there: weights (1 − α) · first + α · second. BatchNorm’s statistics are computed anew at every point, as means over batches of the training images (Garipov et al. 2018): those of either end would fit no other weights.`,
];
