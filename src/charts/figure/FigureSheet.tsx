/** A figure as a file shows it: title, key, drawing and notes in one SVG that needs no style sheet. */
import type { ReactNode } from 'react';
import { runColour, runDash } from '../palette.ts';
import { Lines, SANS, SERIF, textWidth, wrapped } from './text.tsx';

export interface FigureSheetProps {
  readonly title: string;
  /** The key below the title. */
  readonly nets: readonly { readonly name: string; readonly colourIndex: number }[];
  readonly notes: readonly string[];
  readonly width: number;
  /** Of the drawing alone. */
  readonly height: number;
  readonly children: ReactNode;
}

const PAD = 24;
const HEAD = 76;
const NOTE = 12.5;
const LEADING = 1.4;

export function FigureSheet({ title, nets, notes, width, height, children }: FigureSheetProps) {
  const lines = notes.flatMap((note) => wrapped(note, width, NOTE));
  const whole = {
    width: width + 2 * PAD,
    height: HEAD + height + 22 + lines.length * NOTE * LEADING + PAD,
  };
  let x = 0;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${whole.width} ${whole.height}`}
      width={whole.width}
      height={whole.height}
      role="img"
      aria-label={title}
    >
      <rect width={whole.width} height={whole.height} fill="var(--paper)" />
      <g transform={`translate(${PAD} 0)`}>
        <text y={38} fontFamily={SERIF} fontSize={22} fontWeight={600} fill="var(--ink)">
          {title}
        </text>
        {nets.map(({ name, colourIndex }) => {
          const at = x;
          x += 44 + textWidth(name, 13) + 20;
          return (
            <g key={name} transform={`translate(${at} 62)`}>
              <path
                d="M0 -4h30"
                stroke={runColour(colourIndex)}
                strokeWidth={2.5}
                strokeDasharray={runDash(colourIndex)}
              />
              <text x={36} fontFamily={SANS} fontSize={13} fill="var(--ink)">
                {name}
              </text>
            </g>
          );
        })}
        <g transform={`translate(0 ${HEAD})`}>{children}</g>
        <Lines
          x={0}
          y={HEAD + height + 22}
          lines={lines}
          fontSize={NOTE}
          leading={LEADING}
          fill="var(--faint)"
        />
      </g>
    </svg>
  );
}
