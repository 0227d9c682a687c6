/** Whether the parts of a run config go together: what each part alone can't tell. */
import type { RunConfig } from './config.ts';
import { type ConfigIssue, refuse } from './errors.ts';
import { networkName } from './networkName.ts';

/** Side of the images in every dataset, in pixels. */
const DATASET_IMAGE_SIZE = 32;
const DATASET_CLASSES = 10;

/**
 * For runs on a dataset, not on batches that were prepared elsewhere.
 * @throws ConfigError where the network can't take the dataset's images or labels.
 */
export function checkFitsDataset({ model }: RunConfig): void {
  if (DATASET_IMAGE_SIZE % model.inputSize !== 0) {
    refuse(
      'model.inputSize',
      `The images are ${DATASET_IMAGE_SIZE}×${DATASET_IMAGE_SIZE} and are made smaller by averaging square ` +
        `blocks, which can’t give ${model.inputSize}×${model.inputSize}. Choose 4, 8, 16 or 32.`,
    );
  }
  if (model.classes < DATASET_CLASSES) {
    refuse(
      'model.classes',
      `The images come in ${DATASET_CLASSES} classes, the network tells ${model.classes} apart. Choose at least ` +
        `${DATASET_CLASSES}.`,
    );
  }
}

/** Configs that can be built and trained but surely surprise: what to say beside the field. */
export function configWarnings({ model, training, data }: RunConfig): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const without = model.shortcuts ? model.cutShortcuts : ['every block'];
  if (model.zeroInitResidual && without.length > 0) {
    const where = without.join(', ');
    const message =
      `A branch that starts at zero passes nothing on where its shortcut is missing (${where}), ` +
      `so ${networkName(model)} may not learn.`;
    issues.push({ field: 'model.zeroInitResidual', message });
  }
  if (training.batchSize > data.train) {
    const message = `There are only ${data.train} training images, so every batch holds some more than once.`;
    issues.push({ field: 'training.batchSize', message });
  }
  return issues;
}
