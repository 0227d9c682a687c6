import { runColour, runDash } from '../charts/palette.ts';

interface RunLineProps {
  readonly colourIndex: number;
  readonly width?: number;
  readonly strokeWidth?: number;
}

/** A piece of a run's line as on the charts. */
export function RunLine({ colourIndex, width = 30, strokeWidth = 3 }: RunLineProps) {
  return (
    <svg width={width} height="10" aria-hidden="true">
      <path
        d={`M1 5H${width - 1}`}
        stroke={runColour(colourIndex)}
        strokeWidth={strokeWidth}
        strokeDasharray={runDash(colourIndex)}
      />
    </svg>
  );
}
