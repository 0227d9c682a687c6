import { expect, it } from 'vitest';
import { modelSchema } from '../model/config.ts';
import { blockSum } from './blockSum.ts';

const sum = (model: object, shortcut: Parameters<typeof blockSum>[1] = 'identity') =>
  blockSum(modelSchema.parse(model), shortcut);

it.each([
  [{}, 'identity', 'y = F(x) + x'],
  [{}, 'optionA', 'y = F(x) + x'],
  [{}, 'projection', 'y = F(x) + Wₛx'],
  [{}, 'none', 'y = F(x)'],
  [{ branchScale: 'constant', shortcutScale: 0.5 }, 'identity', 'y = 0.5·F(x) + 0.5·x'],
  [{ branchScale: 'scalar' }, 'projection', 'y = α·F(x) + Wₛx'],
  [{ branchScale: 'channel', survival: 0.5 }, 'identity', 'y = b·λ·F(x) + x'],
  [{ shortcutGate: 'exclusive' }, 'identity', 'y = g·F(x) + (1 − g)·x'],
  [{ shortcutGate: 'shortcutOnly' }, 'identity', 'y = F(x) + (1 − g)·x'],
  [{ shortcutDropout: 0.5, shortcutScale: 0.5 }, 'optionA', 'y = F(x) + 0.5·d·x'],
  // A branch that is all there is has no factors.
  [{ branchScale: 'scalar', shortcutGate: 'exclusive', survival: 0.5 }, 'cut', 'y = F(x)'],
] as const)('%j, %s: %s', (model, shortcut, formula) => {
  expect(sum(model, shortcut).formula).toBe(formula);
});

it('says what each letter is, once, and no longer that the input is added as it is', () => {
  expect(sum({}).letters).toEqual([]);
  const { text, letters } = sum({ shortcutGate: 'exclusive', shortcutDropout: 0.2 });
  expect(text).toBe('the input is added, multiplied by the factors before it');
  expect(letters).toEqual([
    'g: gates between 0 and 1, one for each value, from a 1×1 convolution of x.',
    'd: 0 for 20 % of the values in a training step, 1.25 for the others; 1 in tests.',
  ]);
});
