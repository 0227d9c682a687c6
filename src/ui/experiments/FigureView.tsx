/** The figure as wide as the page has room for. */
import { useEffect, useRef, useState } from 'react';
import { ExperimentFigure } from '../../charts/experiment/ExperimentFigure.tsx';
import type { Experiment } from '../../app/experiments/experiment.ts';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';

/** Below it the slide's letters get too small to read. */
const WIDE_FROM = 700;

interface FigureViewProps {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
  readonly results: readonly ArmResult[];
}

export function FigureView(props: FigureViewProps) {
  const frame = useRef<HTMLElement>(null);
  const [isWide, setIsWide] = useState(true);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setIsWide(entry.contentRect.width >= WIDE_FROM);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <figure ref={frame} className="slide" aria-label={`Result: ${props.experiment.title}`}>
      <ExperimentFigure {...props} layout={isWide ? 'wide' : 'narrow'} withNotes={false} />
    </figure>
  );
}
