/** Text in SVG, which does not wrap by itself. */
import { textEms } from '../textEms.ts';

/** Average width of a sans-serif character, relative to the font size. */
const CHARACTER = 0.52;

/** Estimated width in pixels. */
export const textWidth = (text: string, fontSize: number): number =>
  fontSize * textEms(text, CHARACTER);

/** A word, or a Chinese character with the punctuation that must stay on its line, and the space before it. */
const PIECE = /\s*(?:[（“《]*\p{Script=Han}[，。：；、！？）”》]*|[^\s\p{Script=Han}]+)/gu;

/** Lines of at most `width` pixels, broken between words, and between Chinese characters. */
export function wrapped(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const piece of text.match(PIECE) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last + piece, fontSize) <= width)
      lines[lines.length - 1] = last + piece;
    else lines.push(piece.trimStart());
  }
  return lines;
}

export const SANS = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, sans-serif';
export const SERIF = 'ui-serif, Charter, Iowan Old Style, Palatino Linotype, Georgia, serif';

interface LinesProps {
  readonly x: number;
  /** Baseline of the first line. */
  readonly y: number;
  readonly lines: readonly string[];
  readonly fontSize: number;
  readonly fill: string;
  readonly leading?: number;
  readonly fontFamily?: string;
  readonly fontWeight?: number;
  readonly fontStyle?: string;
}

export function Lines({ x, y, lines, fontSize, leading = 1.35, ...rest }: LinesProps) {
  return (
    <text x={x} y={y} fontSize={fontSize} fontFamily={SANS} {...rest}>
      {lines.map((line, i) => (
        <tspan key={i} x={x} dy={i === 0 ? 0 : fontSize * leading}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
