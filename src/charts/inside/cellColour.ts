/** Colours of a confusion matrix: correct answers in blue, mistakes in orange, and text that is legible on both. */
import { mix, type Rgb } from '../palette.ts';

type Theme = 'light' | 'dark';

const PAPER: Readonly<Record<Theme, Rgb>> = { light: [252, 252, 250], dark: [24, 26, 28] };
const RIGHT: Readonly<Record<Theme, Rgb>> = { light: [0, 84, 140], dark: [98, 184, 240] };
const WRONG: Readonly<Record<Theme, Rgb>> = { light: [176, 66, 0], dark: [240, 160, 60] };

interface CellColour {
  readonly background: string;
  /** Black or white, whichever has more contrast. */
  readonly ink: '#000' | '#fff';
}

/** @param level 0–1 */
export function cellColour(theme: Theme, isRight: boolean, level: number): CellColour {
  const [from, to] = [PAPER[theme], (isRight ? RIGHT : WRONG)[theme]];
  const share = Math.min(1, Math.max(0, level));
  const colour = mix(from, to, share);
  // At this luminance black and white have the same contrast.
  const ink = luminance(colour) > 0.179 ? '#000' : '#fff';
  return { background: `rgb(${colour.join(' ')})`, ink };
}

/** WCAG's relative luminance. */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (byte: number): number => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
