/** Checks of a run config that no single part of it can make. */
import { DATA_SOURCES } from '../data/dataSources.ts';
import type { RunConfig } from './config.ts';
import { refuse } from './errors.ts';
import { t } from '../text/t.ts';

/** Side of the images in every dataset, in pixels. */
const DATASET_IMAGE_SIZE = 32;

/**
 * Only for runs on a dataset, not on batches prepared elsewhere.
 * @throws ConfigError if the network cannot take the dataset's images or labels.
 */
export function checkFitsDataset({ model, data }: RunConfig): void {
  if (DATASET_IMAGE_SIZE % model.inputSize !== 0) {
    refuse(
      'model.inputSize',
      t`All images are ${DATASET_IMAGE_SIZE}×${DATASET_IMAGE_SIZE} once they are read, and are made smaller by averaging square blocks, which can’t give ${model.inputSize}×${model.inputSize}. Choose 4, 8, 16 or 32.`,
    );
  }
  const { classes } = DATA_SOURCES[data.source];
  if (classes !== null && model.classes < classes) {
    refuse(
      'model.classes',
      t`The images come in ${classes} classes, but the network has ${model.classes} outputs. Choose at least ${classes}.`,
    );
  }
}
