import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RUN_COLOURS, runColour, runDash, scaleColour, scaleCss } from './palette.ts';

it('goes from the darkest to the lightest colour over the range', () => {
  expect(scaleColour(0.01, [-2, 2])).toEqual([68, 1, 84]);
  expect(scaleColour(1, [-2, 2])).toEqual([33, 144, 141]);
  expect(scaleColour(1e9, [-2, 2])).toEqual([253, 231, 37]);
  expect(scaleCss(100, [0, 4])).toBe('rgb(33 144 141)');
});

it('marks what has no value', () => {
  for (const norm of [0, Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    expect(scaleColour(norm, [-2, 2])).toEqual([138, 138, 138]);
  }
});

const COLOUR_INDICES = RUN_COLOURS.map((_, colourIndex) => colourIndex);

it('tells eight runs apart by colour and by dash', () => {
  expect(COLOUR_INDICES).toHaveLength(8);
  expect(new Set(COLOUR_INDICES.map(runColour)).size).toBe(8);
  expect(new Set(COLOUR_INDICES.map(runDash)).size).toBe(8);
});

it('tells more runs apart by both together', () => {
  const styles = Array.from({ length: 16 }, (_, i) => `${runColour(i)} ${runDash(i) ?? 'solid'}`);
  expect(new Set(styles).size).toBe(16);
});

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

it.each(['light', 'dark'])('every colour has a contrast of 3:1 with the %s paper', (theme) => {
  const file = new URL('../ui/styles/tokens.css', import.meta.url);
  const [light = '', dark = ''] = readFileSync(file, 'utf8').split(':root[data-theme="dark"]');
  const css = theme === 'light' ? light : dark;
  const token = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(css)?.[1] ?? '';
  const paper = luminance(token('paper'));
  for (const colourIndex of COLOUR_INDICES) {
    const colour = luminance(token(`run-${colourIndex}`));
    const contrast = (Math.max(paper, colour) + 0.05) / (Math.min(paper, colour) + 0.05);
    expect(contrast, `run-${colourIndex}`).toBeGreaterThanOrEqual(3);
  }
});
