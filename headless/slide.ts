/** An experiment's slide as the page saves it, in the light theme: an SVG file that needs no style sheet. */
import { readFile } from 'node:fs/promises';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { ArmResult } from '../src/app/experiments/armResult.ts';
import { armWords } from '../src/app/experiments/armWords.ts';
import type { Experiment } from '../src/app/experiments/experiment.ts';
import type { ExperimentSize } from '../src/app/experiments/sizes.ts';
import { ExperimentFigure } from '../src/charts/experiment/ExperimentFigure.tsx';

const TOKENS = new URL('../src/ui/styles/tokens.css', import.meta.url);

/** @param results of one seed, of all arms. */
export async function slideSvg(
  experiment: Experiment,
  size: ExperimentSize,
  results: readonly ArmResult[],
): Promise<string> {
  const told = results.map(({ name, images, ...result }) => ({
    ...result,
    name: armWords(name),
    // A slide is for others: the folder that the images were in stays out of it.
    images: { ...images, title: images.isCifar10 ? 'CIFAR-10' : images.title },
  }));
  const figure = { experiment, size, results: told, layout: 'wide', withNotes: true } as const;
  const colours = lightTheme(await readFile(TOKENS, 'utf8'));
  const markup = renderToStaticMarkup(createElement(ExperimentFigure, figure));
  return `${markup.replace(/var\((--[\w-]+)\)/g, (_, name: string) => colours.get(name) ?? 'none')}\n`;
}

/** The variables of the style sheet's first rule. */
function lightTheme(css: string): ReadonlyMap<string, string> {
  const [, rule = ''] = /:root\s*\{([^}]*)\}/.exec(css) ?? [];
  return new Map(
    Array.from(rule.matchAll(/(--[\w-]+):\s*([^;]+);/g), ([, name = '', value = '']) => [
      name,
      value.trim(),
    ]),
  );
}
