/** What was published on lesions, and how this study differs. */
import { t } from '../../text/t.ts';
export const LESION_TITLE = t`Test error without each block`;
export const COUNT_TITLE = t`Test error without several blocks`;

export const LESION_NOTES: readonly string[] = [
  t`Published (Veit, Wilber, Belongie 2016, fig. 3, CIFAR-10): in a ResNet-110, removing a single block hardly changes the test error, unless the block changes the shape; in VGG-15, removing any layer brings the error to chance.`,
  t`Here the plain network is the twin with BatchNorm, not VGG. A residual block that is off leaves its shortcut: the identity, option A’s subsampling or the projection. A plain block that is off is removed; where it changes the shape, every second pixel and zero channels replace it, as in option A.`,
];

export const COUNT_NOTES: readonly string[] = [
  t`Published (Veit et al. 2016, fig. 5a): a ResNet-110’s test error grows smoothly with the number of blocks removed, like that of an ensemble losing members. Here: the mean of three random draws for each number, in a band from the smallest to the largest; networks with the same blocks get the same draws.`,
];
