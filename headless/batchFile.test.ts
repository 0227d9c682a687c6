import { expect, test } from 'vitest';
import { referenceBatch } from '../src/data/referenceBatch.ts';
import { drawShapes } from '../src/data/syntheticShapes.ts';
import { configOf } from '../src/model/testing/configs.ts';
import { viewed } from './batchFile.ts';

test.each([
  { x: 0, y: 0, flip: true },
  { x: 1, y: 1, flip: false },
  { x: -1, y: -1, flip: true },
])('ready-made images are shown as gathered ones: %o', (view) => {
  const config = configOf({ model: { inputSize: 16 } });
  const { pixels } = drawShapes(1, 0, 3);
  const options = { pixels, indices: Uint32Array.of(2, 0), inputSize: 16, seed: 0, position: 0 };
  const still = referenceBatch({ ...options, augment: null });
  const gathered = referenceBatch({ ...options, augment: { crop: false, flip: false }, view });
  expect(viewed(still, config, view)).toEqual(gathered);
});
