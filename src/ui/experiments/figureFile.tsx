/** The slide as a file, in the page's theme, needing no style sheet. */
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { ExperimentFigure } from '../../charts/experiment/ExperimentFigure.tsx';
import { pngOf, svgMarkup } from '../../charts/svgFile.ts';
import type { Experiment } from '../../app/experiments/experiment.ts';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';

interface Slide {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
  readonly results: readonly ArmResult[];
}

/** @throws Error when the browser can't draw it. */
export async function figureFile(
  slide: Slide,
  format: 'svg' | 'png',
): Promise<{ type: string; content: string | ArrayBuffer }> {
  const markup = slideMarkup(slide);
  if (format === 'svg') return { type: 'image/svg+xml', content: markup };
  return { type: 'image/png', content: await pngOf(markup) };
}

/** The wide figure with the theme's colours written into it. */
function slideMarkup(slide: Slide): string {
  const host = document.createElement('div');
  const root = createRoot(host);
  try {
    flushSync(() => root.render(<ExperimentFigure {...slide} layout="wide" withNotes />));
    const svg = host.querySelector('svg');
    if (svg === null) throw new Error('There is no figure to save.');
    return svgMarkup(svg);
  } finally {
    root.unmount();
  }
}
