/** Saves a figure of the page as an image. */

import { deferred } from '../../chunk.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import type { KeyEntry } from '../../charts/exportImage.ts';
import { lineWidth, runColour, runDash } from '../../charts/palette.ts';
import { copyImage } from '../../storage/clipboard.ts';
import { saveFile } from '../saveFile.ts';

export interface FigureChoice {
  /** The figure's name on the page. */
  readonly figure: string;
  readonly format: 'svg' | 'png';
  /** Left out: the page's current theme. */
  readonly theme?: 'light' | 'dark';
}

const exportImage = deferred(() => import('../../charts/exportImage.ts'));

/** `Gradient norm by layer` → `gradient-norm-by-layer` */
const fileName = (figure: string) => figure.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

const keyOf = ({ name, colourIndex, isBaseline }: ShownRun): KeyEntry => ({
  ...{
    name,
    colour: runColour(colourIndex),
    dash: runDash(colourIndex),
    width: lineWidth(isBaseline),
  },
});

/** @throws Error if it is not on the page. */
function figureNamed(figure: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`figure[aria-label="${CSS.escape(figure)}"]`);
  if (found === null) throw new Error(`The figure ${figure} is not on the page now.`);
  return found;
}

/** Copies a figure as a PNG, in the page's theme. @throws Error in plain words. */
export async function copyFigure(figure: string, runs: readonly ShownRun[]): Promise<void> {
  const found = figureNamed(figure);
  await copyImage(
    exportImage().then(({ figureToPng }) => figureToPng(found, { key: runs.map(keyOf) })),
  );
}

/** @param runs shown in the figure. @throws Error if it is not on the page or cannot be drawn. */
export async function saveFigure(
  { figure, format, ...options }: FigureChoice,
  runs: readonly ShownRun[],
): Promise<void> {
  const found = figureNamed(figure);
  const { figureToPng, figureToSvg } = await exportImage();
  const image = { ...options, key: runs.map(keyOf) };
  if (format === 'svg')
    saveFile(`${fileName(figure)}.svg`, 'image/svg+xml', figureToSvg(found, image));
  else saveFile(`${fileName(figure)}.png`, 'image/png', await figureToPng(found, image));
}
