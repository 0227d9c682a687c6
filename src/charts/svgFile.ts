/** A React figure as an SVG file that needs no style sheet: the theme's colours are written into it. */
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { t } from '../text/t.ts';

/** @param figure one SVG element whose colours are attributes, possibly variables of the theme. */
export function svgMarkup(figure: ReactNode): string {
  const host = document.createElement('div');
  const root = createRoot(host);
  try {
    flushSync(() => root.render(figure));
    const svg = host.querySelector('svg');
    if (svg === null) throw new Error(t`There is no figure to save.`);
    const style = getComputedStyle(document.documentElement);
    return new XMLSerializer()
      .serializeToString(svg)
      .replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
  } finally {
    root.unmount();
  }
}
