/** The figure, in the layout that the page has room for. */
import { useRef } from 'react';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import type { Experiment } from '../../app/experiments/experiment.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';
import { FullScreen } from '../FullScreen.tsx';
import { ExperimentFigure } from '../../charts/experiment/ExperimentFigure.tsx';
import { useSize } from '../../charts/useSize.ts';
import { t } from '../../text/t.ts';

/** In a narrower page, the text of the wide layout would be too small to read. */
const WIDE_FROM = 700;

interface FigureViewProps {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
  readonly results: readonly ArmResult[];
}

export function FigureView(props: FigureViewProps) {
  const frame = useRef<HTMLElement>(null);
  const isWide = (useSize(frame)?.width ?? WIDE_FROM) >= WIDE_FROM;
  return (
    <figure ref={frame} className="slide" aria-label={t`Result: ${props.experiment.title}`}>
      <FullScreen figure={props.experiment.title} />
      <ExperimentFigure {...props} layout={isWide ? 'wide' : 'narrow'} withNotes={false} />
    </figure>
  );
}
