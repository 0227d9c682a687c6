/** The error of a net that guesses, across a plot. */

interface GuessingLineProps {
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

/** In pixels of the plot; the text takes its font and fill from the group around it. */
export function GuessingLine({ x, width, y }: GuessingLineProps) {
  return (
    <>
      <path
        d={`M${x} ${y}h${width}`}
        stroke="var(--axis)"
        strokeDasharray="1 4"
        strokeWidth={1.5}
      />
      <text
        x={x + width}
        y={y + 14}
        textAnchor="end"
        paintOrder="stroke"
        stroke="var(--paper)"
        strokeWidth={3}
      >
        guessing
      </text>
    </>
  );
}
