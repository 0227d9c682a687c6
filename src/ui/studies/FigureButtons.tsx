/** Saves a study's figure and numbers as files, or copies the figure. */
import type { ReactNode } from 'react';
import { ErrorText } from '../ErrorText.tsx';
import { copyDrawing, saveDrawing } from '../saveDrawing.ts';
import { saveFile } from '../saveFile.ts';
import { useSaving } from '../useSaving.ts';
import { t } from '../../text/t.ts';

interface FigureButtonsProps {
  /** Of the files, without extension. */
  readonly name: string;
  /** The figure as one SVG element. */
  readonly sheet: ReactNode;
  readonly csv: () => string;
}

export function FigureButtons({ name, sheet, csv }: FigureButtonsProps) {
  const { error, save } = useSaving();
  const saveCsv = async () => saveFile(`${name}.csv`, 'text/csv', csv());
  const files = [
    ['SVG', () => saveDrawing(name, 'svg', sheet)],
    ['PNG', () => saveDrawing(name, 'png', sheet)],
    ['CSV', saveCsv],
  ] as const;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <p className="row hint" role="group" aria-label={t`Save ${name}`}>
        <span>{t`Save as`}</span>
        {files.map(([format, saving]) => (
          <button key={format} type="button" className="link" onClick={() => save(saving)}>
            {format}
          </button>
        ))}
        <button
          type="button"
          className="link"
          onClick={() => save(() => copyDrawing(sheet))}
        >{t`Copy`}</button>
      </p>
      <ErrorText>{error !== null && t`The figure could not be saved: ${error}`}</ErrorText>
    </>
  );
}
