/** The slide as a file, in the page's theme, needing no style sheet. */
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { ExperimentFigure } from '../../charts/experiment/ExperimentFigure.tsx';
import type { Experiment } from '../../runs/experiments/experiment.ts';
import type { ArmResult } from '../../runs/experiments/result.ts';
import type { ExperimentSize } from '../../runs/experiments/sizes.ts';

interface Slide {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
  readonly results: readonly ArmResult[];
}

const PNG_SCALE = 2;

/** @throws Error when the browser can't draw it. */
export async function figureFile(
  slide: Slide,
  format: 'svg' | 'png',
): Promise<{ type: string; content: string | ArrayBuffer }> {
  const markup = slideMarkup(slide);
  if (format === 'svg') return { type: 'image/svg+xml', content: markup };
  return { type: 'image/png', content: await rasterised(markup) };
}

/** The wide figure with the theme's colours written into it. */
function slideMarkup(slide: Slide): string {
  const host = document.createElement('div');
  const root = createRoot(host);
  try {
    flushSync(() => root.render(<ExperimentFigure {...slide} layout="wide" withNotes />));
    const svg = host.querySelector('svg');
    if (svg === null) throw new Error('There is no figure to save.');
    const style = getComputedStyle(document.documentElement);
    return new XMLSerializer()
      .serializeToString(svg)
      .replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
  } finally {
    root.unmount();
  }
}

async function rasterised(markup: string): Promise<ArrayBuffer> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * PNG_SCALE;
  canvas.height = image.height * PNG_SCALE;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gave no canvas to draw on.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('This browser could not make a PNG of it.');
  return blob.arrayBuffer();
}
