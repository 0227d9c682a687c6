import type { ReactNode } from 'react';
import { svgMarkup } from '../charts/svgFile.ts';
import { svgToPng } from '../charts/svgToPng.ts';
import { copyImage } from '../storage/clipboard.ts';
import { saveFile } from './saveFile.ts';

/** Pixels of a PNG per unit of its drawing. */
const PNG_SCALE = 2;

/** Saves a drawing, one SVG element, in the page's theme. @throws Error if the browser cannot draw it. */
export async function saveDrawing(
  name: string,
  format: 'svg' | 'png',
  drawing: ReactNode,
): Promise<void> {
  const markup = svgMarkup(drawing);
  if (format === 'svg') saveFile(`${name}.svg`, 'image/svg+xml', markup);
  else saveFile(`${name}.png`, 'image/png', await svgToPng(markup, PNG_SCALE));
}

/** Copies a drawing as a PNG. @throws Error in plain words. */
export const copyDrawing = (drawing: ReactNode): Promise<void> =>
  copyImage(svgToPng(svgMarkup(drawing), PNG_SCALE));
