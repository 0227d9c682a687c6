import { expect, it } from 'vitest';
import { armWords } from './armWords.ts';
import { EXPERIMENTS } from './registry.ts';
import { EXPERIMENT_SIZES } from './sizes.ts';

const arms = EXPERIMENTS.flatMap(({ arms }) => EXPERIMENT_SIZES.flatMap((size) => arms(size)));

it('names arms in English as they are kept', () => {
  for (const { name } of arms) expect(armWords(name)).toBe(name);
});
