import { expect, it } from 'vitest';
import { completed } from './similar.ts';
import { fakeUse } from './testing/fakeTimer.ts';

const KEYS = ['standard', 'wide', 'tall'];
const use = (batch: number, channels: number, kernel = 3, name = 'conv') =>
  fakeUse(name, { batch, channels, kernel, stride: 1 }, KEYS);

it('takes what was chosen, else what was chosen for the most similar shape, else the default', () => {
  const choices = { [use(32, 16).id]: 'wide', [use(32, 128).id]: 'tall' };
  const uses = [use(32, 16), use(32, 32), use(64, 128), use(32, 16, 1), use(32, 16, 3, 'other')];
  expect(Object.values(completed(choices, uses))).toEqual([
    ...['wide', 'wide', 'tall'],
    ...['standard', 'standard'],
  ]);
});

it('takes no choice that the shape does not have, whatever a record says', () => {
  const choices = { [use(32, 16).id]: '__proto__', [use(32, 32).id]: 'wide', constructor: 'tall' };
  expect(completed(choices, [use(32, 16)])).toEqual({ [use(32, 16).id]: 'wide' });
  const alien = { 'conv@0 batch32,channels16,kernel3,stride1': 'wide' };
  expect(completed(alien, [use(32, 16)])).toEqual({ [use(32, 16).id]: 'standard' });
});
