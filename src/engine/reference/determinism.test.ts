import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeGpu } from '../../../headless/gpu.ts';
import type { Gpu } from '../api.ts';
import { acquireGpu } from '../index.ts';
import { answerOf } from './case.ts';
import { caseFiles } from './readCase.ts';

let gpu: Gpu;
beforeAll(async () => {
  const { gpu: entry, adapter } = await nodeGpu();
  gpu = await acquireGpu(entry, adapter);
});
afterAll(() => gpu.device.destroy());

it('gives the same bits again', { timeout: 300_000 }, async () => {
  const files = caseFiles('residual-8-option-b');
  const first = await answerOf(gpu, files);
  const second = await answerOf(gpu, files);
  expect(first.steps.length).toBe(5);
  // Objects of typed arrays: compared element by element, NaN and -0 included.
  expect(second).toStrictEqual(first);
});
