/** What was published on the loss's geometry, and how it is computed here. */
import { MOST_PRODUCTS } from '../../training/studies/cost.ts';
import { t } from '../../text/t.ts';

export const LINE_TITLE = t`Between two trained networks`;

export const LINE_NOTES: readonly string[] = [
  t`Published (Frankle, Dziugaite, Roy, Carbin 2020, CIFAR-10): a ResNet-20 that is copied at initialisation and trained twice, with other orders of the images, ends with a high barrier between the two; copied after 2,000 steps of training, with none. Networks from different initial weights have one too, part of which may be that their channels come in another order (Entezari et al. 2022).`,
  t`Computed as there: weights (1 − α) · first + α · second. BatchNorm’s statistics are computed anew at every point, as means over batches of the training images (Garipov et al. 2018): those of either end would fit no other weights.`,
];

export const CURVE_TITLE = t`A curve between two trained networks`;

export const CURVE_NOTES: readonly string[] = [
  t`Published (Garipov, Izmailov, Podoprikhin, Vetrov, Wilson 2018; Draxler, Veschgini, Salmhofer, Hamprecht 2018; CIFAR-10 and 100): where the straight line leads over a barrier, a curve with a single bend keeps nearly the loss and the error of its ends. What looks like separate minima are places in one valley.`,
  t`Computed as there: (1 − t)² · first + 2t(1 − t) · bend + t² · second, with the bend at first half-way, where the curve is the straight line. Each step takes one batch of training images, augmented by flips, crops and cutout as the first network’s are, and one t drawn between 0 and 1; SGD with momentum 0.9, without weight decay (theirs decays the curve’s weights), its rate constant for half of the steps, then falling to 0. BatchNorm uses each batch’s own statistics in these steps; where the curve is scored they are computed anew at every point.`,
];

export const PATH_TITLE = t`The path through the loss`;

export const PATH_NOTES: readonly string[] = [
  t`Published (Li et al. 2018, §7, figs. 8 and 9, CIFAR-10): training keeps so much to a few directions that two of them hold 40 to 90 % of the variance of its path. Two random ones hold next to nothing.`,
  t`Computed as there: principal directions of the differences from the trained weights, through the trained weights; distances on both axes are true. The colours are the training loss at points of the plane, with label smoothing where the run has it; BatchNorm uses each batch’s own statistics, as in training. The path itself leaves the plane: only its end lies in it.`,
];

export const CURVATURE_TITLE = t`Curvature along the path`;

export const CURVATURE_NOTES: readonly string[] = [
  t`Published (Cohen, Kaur, Li, Kolter, Talwalkar 2021): with all images in one batch, the largest curvature rises until it reaches 2 ÷ rate, where a step overshoots, and stays there: the edge of stability. With momentum β the limit is (2 + 2β) ÷ rate, with Nesterov’s (2 + 2β) ÷ ((1 + 2β) · rate). Batches of a few images keep the curvature below. Adam has no such limit in these terms.`,
  t`The noise scale (McCandlish, Kaplan, Amodei 2018) is the variance of one image’s gradient over the squared gradient of all: well below that many images, a batch twice as large saves nearly half of the steps; well above, almost none. It grows as the loss falls. Estimates from few batches are rough, and can fail where the gradient is all noise.`,
  t`Computed on the first training images without augmentation, in whole batches by their own statistics. The curvature is the largest eigenvalue of the Hessian, from at most ${MOST_PRODUCTS} products with vectors (Lanczos), each a difference of two gradients in single precision. With tanh it is within 5 % of PyTorch’s, mostly far less; with ReLU, whose kinks count in these differences and not in PyTorch’s Hessian, some 3 to 11 % above. More images bring it nearer.`,
];
