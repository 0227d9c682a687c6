import { expect, test } from 'vitest';
import { PAGE_KEYS, PLOT_KEYS } from '../../charts/keys.ts';
import { keyName, SHORTCUTS } from './shortcuts.ts';

test('every key that the page and its charts go by is listed', () => {
  const listed = (where: string) =>
    SHORTCUTS.find((group) => group.where === where)?.shortcuts.flatMap(({ keys }) => keys);
  expect(listed('Anywhere')).toEqual(Object.values(PAGE_KEYS));
  expect(listed('Charts over the steps')).toEqual(Object.values(PLOT_KEYS));
});

test('keys are called what is on them', () => {
  expect([' ', 'p', 'ArrowLeft', 'PageUp', 'Enter', '+'].map(keyName)).toEqual([
    ...['Space', 'P', '←', 'Page up', 'Enter', '+'],
  ]);
});
