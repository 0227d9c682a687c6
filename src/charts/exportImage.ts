/** A figure of the page as a file: its charts as one SVG with the computed styles written into it, or as PNG. */
import { svgToPng } from './svgToPng.ts';
import { t } from '../text/t.ts';

/** Presentation properties that style sheets or variables set. */
const PROPERTIES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'stroke-linejoin',
  'paint-order',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
] as const;
const SVG = 'http://www.w3.org/2000/svg';
/** Three pixels per pixel of the page: sharp on a slide. */
const PNG_SCALE = 3;

/** A run in the key below the figure. */
export interface KeyEntry {
  readonly name: string;
  /** CSS, may be a variable. */
  readonly colour: string;
  readonly dash: string | undefined;
  readonly width: number;
}

interface ImageOptions {
  readonly key: readonly KeyEntry[];
  /** Left out: the page's current theme. */
  readonly theme?: 'light' | 'dark';
}

const KEY_LINE = 22;
const KEY_GAP = 22;
const SAMPLE_WIDTH = 34;

/**
 * All charts of a figure in one SVG, placed as on the page: heat maps as embedded images, with title, axes and a key of
 * the runs, on the page's background. It needs no style sheet.
 */
export function figureToSvg(figure: HTMLElement, { key, theme }: ImageOptions): string {
  const root = document.documentElement;
  const before = root.dataset.theme;
  // Styles are read in this theme; the page's own is restored before the next paint.
  if (theme !== undefined) root.dataset.theme = theme;
  try {
    return new XMLSerializer().serializeToString(drawn(figure, key));
  } finally {
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
  }
}

/** The same as PNG, three times as large as on the page. @throws Error if the browser cannot draw it. */
export const figureToPng = (figure: HTMLElement, options: ImageOptions): Promise<ArrayBuffer> =>
  svgToPng(figureToSvg(figure, options), PNG_SCALE);

const PADDING = 12;

function drawn(figure: HTMLElement, key: readonly KeyEntry[]): SVGElement {
  const box = figure.getBoundingClientRect();
  const style = getComputedStyle(document.body);
  const { width } = box;
  const parts = [...texts(figure, box), ...drawings(figure, box), ...pictures(figure, box)];
  // Captions and tables are left out, so the picture ends below what is drawn.
  const bottom = Math.max(0, ...parts.map((part) => part.bottom));
  const entries = keyParts(key, { width, top: bottom + 8 }, style);
  const height = Math.ceil(bottom + 8 + entries.height + PADDING);
  const svg = element('svg', {
    xmlns: SVG,
    width: Math.ceil(width) + 2 * PADDING,
    height: height + PADDING,
    viewBox: `${-PADDING} ${-PADDING} ${Math.ceil(width) + 2 * PADDING} ${height + PADDING}`,
  });
  svg.append(
    element('rect', {
      ...{ x: -PADDING, y: -PADDING, width: Math.ceil(width) + 2 * PADDING },
      ...{ height: height + PADDING, fill: style.backgroundColor },
    }),
    ...parts.map(({ node }) => node),
    ...entries.nodes,
  );
  return svg;
}

/** A part of the image, and its lower edge in pixels from the figure's top. */
interface Part {
  readonly node: SVGElement;
  readonly bottom: number;
}

function drawings(figure: HTMLElement, box: DOMRect): Part[] {
  return [...figure.querySelectorAll<SVGSVGElement>('svg.chart')].map((drawing) => {
    const place = drawing.getBoundingClientRect();
    const node = styledCopy(drawing);
    node.setAttribute('x', String(place.left - box.left));
    node.setAttribute('y', String(place.top - box.top));
    return { node, bottom: place.bottom - box.top };
  });
}

function pictures(figure: HTMLElement, box: DOMRect): Part[] {
  return [...figure.querySelectorAll('canvas')].map((canvas) => {
    const place = canvas.getBoundingClientRect();
    const node = element('image', {
      ...{ x: place.left - box.left, y: place.top - box.top },
      ...{ width: place.width, height: place.height, preserveAspectRatio: 'none' },
      ...{ style: 'image-rendering:pixelated', href: canvas.toDataURL('image/png') },
    });
    return { node, bottom: place.bottom - box.top };
  });
}

function texts(figure: HTMLElement, box: DOMRect): Part[] {
  return [...figure.querySelectorAll<HTMLElement>('[data-export-text]')].map((label) => {
    const place = label.getBoundingClientRect();
    const computed = getComputedStyle(label);
    const node = element('text', {
      x: place.left - box.left + Number.parseFloat(computed.paddingLeft),
      y: place.bottom - box.top - place.height * 0.25,
      fill: computed.color,
    });
    for (const property of ['font-family', 'font-size', 'font-weight'] as const) {
      node.setAttribute(property, computed.getPropertyValue(property));
    }
    node.textContent = label.textContent;
    return { node, bottom: place.bottom - box.top };
  });
}

/** A chart with its styles on the page, without what belongs to the cursor. */
function styledCopy(drawing: SVGSVGElement): SVGElement {
  const copy = drawing.cloneNode(true);
  if (!(copy instanceof SVGElement)) throw new Error(t`A chart could not be copied.`);
  const originals = [drawing, ...drawing.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [i, original] of originals.entries()) {
    const computed = getComputedStyle(original);
    const target = copies[i];
    target?.removeAttribute('class');
    for (const property of PROPERTIES) {
      const value = computed.getPropertyValue(property);
      if (value !== '') target?.setAttribute(property, value);
    }
  }
  for (const passing of copy.querySelectorAll('[data-export="no"]')) passing.remove();
  return copy;
}

function keyParts(
  key: readonly KeyEntry[],
  { width, top }: { readonly width: number; readonly top: number },
  style: CSSStyleDeclaration,
): { readonly nodes: SVGElement[]; readonly height: number } {
  const font = `13px ${style.fontFamily}`;
  let [x, line] = [0, 0];
  const nodes = key.flatMap(({ name, colour, dash, width: strokeWidth }) => {
    const length = SAMPLE_WIDTH + 8 + textWidth(name, font);
    if (x > 0 && x + length > width) [x, line] = [0, line + 1];
    const y = top + KEY_LINE * (line + 0.5);
    const variable = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
    const stroke =
      variable === undefined
        ? colour
        : getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
    const sample = element('path', {
      ...{ d: `M${x} ${y}h${SAMPLE_WIDTH}`, stroke, 'stroke-width': strokeWidth + 0.75 },
      ...(dash === undefined ? {} : { 'stroke-dasharray': dash }),
    });
    const text = element('text', {
      ...{ x: x + SAMPLE_WIDTH + 8, y: y + 4.5, fill: style.color },
      ...{ 'font-family': style.fontFamily, 'font-size': '13px' },
    });
    text.textContent = name;
    x += length + KEY_GAP;
    return [sample, text];
  });
  return { nodes, height: nodes.length === 0 ? 0 : KEY_LINE * (line + 1) };
}

let measuring: CanvasRenderingContext2D | null = null;

function textWidth(text: string, font: string): number {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (measuring === null) return 8 * text.length;
  measuring.font = font;
  return measuring.measureText(text).width;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (!(node instanceof SVGElement)) throw new Error(`${name} is not an SVG element.`);
  return node;
}
