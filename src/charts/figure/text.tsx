/** Text in SVG, which does not wrap by itself. */

/** Average width of a sans-serif character, relative to the font size. */
const CHARACTER = 0.52;

/** As wide as the font is high: Chinese, and its punctuation. */
const WIDE = /[\u2e80-\u9fff\uff00-\uffef]/g;
/** What a line is not broken within: a word; a Chinese character with the punctuation around it. */
const UNIT =
  /[（“]*[\u3040-\u9fff][，。；：、）”！？]*|[^\s\u3001-\u9fff\uff01-\uff60]+[，。；：、）”！？]*|[\u3001-\u303f\uff01-\uff60]+/g;

/** Estimated width in pixels. */
export function textWidth(text: string, fontSize: number): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return ((text.length - wide) * CHARACTER + wide) * fontSize;
}

/** Lines of at most `width` pixels, broken between words, or between Chinese characters. */
export function wrapped(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const { 0: word, index } of text.matchAll(UNIT)) {
    const last = lines.at(-1);
    const blank = text[index - 1] === ' ' ? ' ' : '';
    if (last !== undefined && textWidth(`${last}${blank}${word}`, fontSize) <= width)
      lines[lines.length - 1] = `${last}${blank}${word}`;
    else lines.push(word);
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
