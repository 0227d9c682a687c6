/** What was published on lesions, and what differs here. */
export const LESION_TITLE = 'Test error without each block';
export const COUNT_TITLE = 'Test error without several blocks';

export const LESION_NOTES: readonly string[] = [
  'Published (Veit, Wilber, Belongie 2016, fig. 3, CIFAR-10): in a ResNet-110 taking out a single block hardly changes the test error, but for the blocks that change the shape; in VGG-15 taking out any layer brings it to chance.',
  'Here the plain net is the twin with BatchNorm, not VGG. A residual block that is off leaves its shortcut: identity, option A’s subsampling or the projection. A plain block that is off is taken out; where it changes the shape, every second pixel and zero channels stand in for it, as in option A.',
];

export const COUNT_NOTES: readonly string[] = [
  'Published (Veit et al. 2016, fig. 5a): a ResNet-110’s test error grows smoothly with the number of blocks taken out, as an ensemble’s does that loses members. Here: the mean of three random draws for each number, the band from the least to the most; the same draws for nets with the same blocks.',
];
