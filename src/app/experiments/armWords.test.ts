import { expect, it } from 'vitest';
import { armWords, FORMS } from './armWords.ts';
import { EXPERIMENTS } from './registry.ts';
import { EXPERIMENT_SIZES } from './sizes.ts';

const names = EXPERIMENTS.flatMap(({ arms }) =>
  EXPERIMENT_SIZES.flatMap((size) => arms(size).map(({ name }) => name)),
);

it('names arms in English as they are kept', () => {
  for (const name of names) expect(armWords(name)).toBe(name);
});

it('has a form for every arm but those that are called alike in every language', () => {
  const formless = names.filter((name) => !FORMS.some(([form]) => form.test(name)));
  const kinds = formless.map((name) => name.replace(/-\d+$/, '-N'));
  expect(new Set(kinds)).toEqual(
    new Set([
      'ResNet-N',
      'Plain-N',
      'ReLU',
      'tanh',
      'sigmoid',
      'sigmoid, BatchNorm',
      'SkipInit',
      'Fixup',
    ]),
  );
});
