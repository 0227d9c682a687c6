import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { MEASURED_MODEL, MEASURED_TRAINING } from './measuredNet.ts';

it('is what the defaults make of its sizes', () => {
  const { model, training } = completeConfig({
    version: 1,
    model: { stageDepths: [1], stageWidths: [16], inputSize: 16 },
    training: { batchSize: 32 },
  });
  expect(MEASURED_MODEL).toEqual(model);
  expect(MEASURED_TRAINING).toEqual(training);
});
