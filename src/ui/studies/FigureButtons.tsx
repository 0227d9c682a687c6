/** A study's figure and numbers as files. */
import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { pngOf, svgMarkup } from '../../charts/svgFile.ts';
import { saveFile } from '../saveFile.ts';

interface FigureButtonsProps {
  /** Of the files, without their ending. */
  readonly name: string;
  /** The figure as one SVG element. */
  readonly slide: () => ReactNode;
  readonly csv: () => string;
}

export function FigureButtons({ name, slide, csv }: FigureButtonsProps) {
  const [error, setError] = useState<string | null>(null);
  const save = async (format: 'svg' | 'png') => {
    try {
      const markup = markupOf(slide());
      if (format === 'svg') saveFile(`${name}.svg`, 'image/svg+xml', markup);
      else saveFile(`${name}.png`, 'image/png', await pngOf(markup));
      setError(null);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <p className="study-files" role="group" aria-label={`Save ${name}`}>
        <span>Save as</span>
        <button type="button" className="link" onClick={() => save('svg')}>
          SVG
        </button>
        <button type="button" className="link" onClick={() => save('png')}>
          PNG
        </button>
        <button
          type="button"
          className="link"
          onClick={() => saveFile(`${name}.csv`, 'text/csv', csv())}
        >
          CSV
        </button>
      </p>
      {error !== null && (
        <p className="error" role="alert">
          The figure could not be saved: {error}
        </p>
      )}
    </>
  );
}

function markupOf(slide: ReactNode): string {
  const host = document.createElement('div');
  const root = createRoot(host);
  try {
    flushSync(() => root.render(slide));
    const svg = host.querySelector('svg');
    if (svg === null) throw new Error('There is no figure to save.');
    return svgMarkup(svg);
  } finally {
    root.unmount();
  }
}
