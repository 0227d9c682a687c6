/** The figure of a study: title, plot, notes, the buttons that save it, and its numbers as a table. */
import type { ReactNode } from 'react';
import { FigureSheet, type FigureSheetProps } from '../../charts/figure/FigureSheet.tsx';
import { FullScreen } from '../FullScreen.tsx';
import { FigureButtons } from './FigureButtons.tsx';
import { t } from '../../text/t.ts';

interface StudyFigureProps {
  readonly title: string;
  readonly caption?: string;
  readonly notes: readonly string[];
  /** Of the files, without extension. */
  readonly fileName: string;
  /** Where the numbers come from, for the files. */
  readonly origin: string;
  /** The plot as the files show it. */
  readonly sheet: Pick<FigureSheetProps, 'nets' | 'width' | 'height' | 'children'>;
  readonly csv: () => string;
  readonly table: ReactNode;
  readonly children: ReactNode;
}

export function StudyFigure(props: StudyFigureProps) {
  const { title, caption, notes, fileName, origin, sheet, csv, table, children } = props;
  return (
    <figure aria-label={title} className="study-figure">
      <figcaption>
        <strong>{title}</strong> <FullScreen figure={title} />{' '}
        {caption !== undefined && <span>{caption}</span>}
      </figcaption>
      {children}
      {notes.map((note) => (
        <p key={note} className="hint">
          {note}
        </p>
      ))}
      <FigureButtons
        name={fileName}
        csv={csv}
        sheet={<FigureSheet {...sheet} title={title} notes={[origin, ...notes]} />}
      />
      {table}
    </figure>
  );
}

/** `ResNet-20 at step 120`; of a kept run its name alone. */
export const namedStep = (name: string, step: number | null, format: (step: number) => string) =>
  step === null ? name : t`${name} at step ${format(step)}`;
