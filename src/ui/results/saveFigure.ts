/** Saves a figure of the page as an image. */

import { deferred } from '../../chunk.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import type { KeyEntry } from '../../charts/exportImage.ts';
import { lineWidth, runColour, runDash } from '../../charts/palette.ts';
import { copyImage } from '../../storage/clipboard.ts';
import { saveFile } from '../saveFile.ts';
import { language } from '../../text/language.ts';
import { t } from '../../text/t.ts';

export interface FigureOnPage {
  /** Its `data-figure`. */
  readonly id: string;
  readonly title: string;
}

interface FigureChoice extends FigureOnPage {
  readonly format: 'svg' | 'png';
  /** Left out: the page's current theme. */
  readonly theme?: 'light' | 'dark';
}

const exportImage = deferred(() => import('../../charts/exportImage.ts'));

/** `Gradient norm by layer` → `gradient-norm-by-layer`; by the figure's id where its title is translated. */
const fileName = ({ id, title }: FigureOnPage) =>
  (language === 'en' ? title : id).toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');

const keyOf = ({ name, colourIndex, isBaseline }: ShownRun): KeyEntry => ({
  ...{
    name,
    colour: runColour(colourIndex),
    dash: runDash(colourIndex),
    width: lineWidth(isBaseline),
  },
});

/** @throws Error if it is not on the page. */
function elementOf({ id, title }: FigureOnPage): HTMLElement {
  const found = document.querySelector<HTMLElement>(`figure[data-figure="${CSS.escape(id)}"]`);
  if (found === null) throw new Error(t`The figure ${title} is not on the page now.`);
  return found;
}

/** Copies a figure as a PNG, in the page's theme. @throws Error in plain words. */
export async function copyFigure(figure: FigureOnPage, runs: readonly ShownRun[]): Promise<void> {
  const found = elementOf(figure);
  await copyImage(
    exportImage().then(({ figureToPng }) => figureToPng(found, { key: runs.map(keyOf) })),
  );
}

/** @param runs shown in the figure. @throws Error if it is not on the page or cannot be drawn. */
export async function saveFigure(
  { id, title, format, theme }: FigureChoice,
  runs: readonly ShownRun[],
): Promise<void> {
  const found = elementOf({ id, title });
  const { figureToPng, figureToSvg } = await exportImage();
  const image = { ...(theme === undefined ? {} : { theme }), key: runs.map(keyOf) };
  if (format === 'svg')
    saveFile(`${fileName({ id, title })}.svg`, 'image/svg+xml', figureToSvg(found, image));
  else saveFile(`${fileName({ id, title })}.png`, 'image/png', await figureToPng(found, image));
}
