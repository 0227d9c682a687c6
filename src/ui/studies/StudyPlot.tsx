/** A drawing of a study, as wide as its place on the page. */
import { type ReactNode, useRef } from 'react';
import { useSize } from '../../charts/useSize.ts';

/** Pixels, until the place has been measured. */
const GUESSED_WIDTH = 700;

interface StudyPlotProps {
  /** Pixels. */
  height(width: number): number;
  /** Hidden from assistive technology: the figure's table has the numbers. */
  children(width: number): ReactNode;
}

export function StudyPlot({ height: heightOf, children }: StudyPlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame)?.width ?? GUESSED_WIDTH;
  const height = heightOf(width);
  return (
    <div ref={frame} className="study-plot">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {children(width)}
      </svg>
    </div>
  );
}
