/** What a run must fulfil beyond being buildable. */
import { DATA_SOURCES } from '../data/dataSources.ts';
import { IMAGE_SIZE } from '../data/types.ts';
import type { EngineDevice } from '../engine/api.ts';
import { fastArithmeticError, halfPrecisionError } from '../engine/errors.ts';
import type { RunConfig } from '../model/config.ts';
import { refuse } from '../model/errors.ts';
import { checkChanges } from './changes.ts';
import { t } from '../text/t.ts';

/** @throws ConfigError when the images do not fit the model, or a scheduled change cannot be made. */
export function checkRunnable(config: RunConfig): void {
  const { model, data } = config;
  if (IMAGE_SIZE % model.inputSize !== 0) {
    refuse(
      'model.inputSize',
      t`Images are 32×32 and shrink by whole numbers: ${model.inputSize} does not divide 32. Use 32, 16, 8 or 4.`,
    );
  }
  const { classes } = DATA_SOURCES[data.source];
  if (classes !== null && model.classes < classes) {
    refuse(
      'model.classes',
      t`The images have ${classes} classes, ${model.classes} outputs can't tell them apart. Use ${classes} or more.`,
    );
  }
  checkChanges(config);
}

/** @throws EngineError `unsupported` when the device can't store or compute as the run asks for. */
export function checkPrecision(
  { training }: RunConfig,
  { noHalfPrecision, arithmetics }: Pick<EngineDevice, 'noHalfPrecision' | 'arithmetics'>,
): void {
  if (training.arithmetic === 'fast' && arithmetics?.includes('fast') === false) {
    throw fastArithmeticError();
  }
  if (training.precision === 'half' && noHalfPrecision !== null) {
    throw halfPrecisionError(noHalfPrecision);
  }
}
