import { expect, it } from 'vitest';
import { cellColour, luminance } from './cellColour.ts';

it('gives every cell a number of a contrast above 4.5', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const isRight of [true, false]) {
      for (let level = 0; level <= 1; level += 0.01) {
        const { background, ink } = cellColour(theme, isRight, level);
        const [red = 0, green = 0, blue = 0] = (background.match(/\d+/g) ?? []).map(Number);
        const behind = luminance([red, green, blue]) + 0.05;
        const contrast = ink === '#fff' ? 1.05 / behind : behind / 0.05;
        expect(contrast, `${theme} ${level}`).toBeGreaterThan(4.5);
      }
    }
  }
});
