import { expect, it } from 'vitest';
import { initialState, type PageState } from '../state.ts';
import { setupOf } from './fromState.ts';

const gpu = { name: 'GPU', vendor: '', architecture: '', isSoftware: false };
const compared = (taken: 'webgpu' | 'cpu') => ({
  ...{ taken, gpu: gpu.name, gflops: { webgpu: 10, cpu: 50 } },
});
const engine: NonNullable<PageState['engine']> = {
  ...{ id: 'webgpu', passedOver: [], compared: null },
  ...{ noHalfPrecision: null, arithmetics: [], remark: null },
};

it.each([
  ['nothing was compared', null, 'automatic'],
  ['it is the faster one', compared('webgpu'), 'automatic'],
  ['the page itself would take the processor', compared('cpu'), 'webgpu'],
])('the address names a GPU that trains where %s: %s', (_, measured, expected) => {
  const state = { ...initialState, adapter: gpu, engine: { ...engine, compared: measured } };
  expect(setupOf(state, { isWhole: false }).page.engine).toBe(expected);
});
