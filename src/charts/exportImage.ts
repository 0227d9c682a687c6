/** A figure of the page as a file: its SVG with the computed styles written into it, or that drawn as PNG. */

/** Presentation properties that come from style sheets or variables. */
const PROPERTIES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
] as const;
const SVG = 'http://www.w3.org/2000/svg';
const PNG_SCALE = 2;

/** A run in the key below the figure. */
export interface KeyEntry {
  readonly name: string;
  /** CSS, may be a variable. */
  readonly colour: string;
  readonly dash: string | undefined;
}

const KEY_HEIGHT = 26;

/**
 * All charts of a figure in one SVG, where they stand on the page, heat maps as embedded images, over the page's
 * background. Needs no style sheet to look right elsewhere.
 */
export function figureToSvg(figure: HTMLElement, key: readonly KeyEntry[]): string {
  const box = figure.getBoundingClientRect();
  const style = getComputedStyle(document.body);
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('xmlns', SVG);
  svg.setAttribute('width', String(Math.ceil(box.width)));
  const height = Math.ceil(box.height) + KEY_HEIGHT;
  svg.setAttribute('height', String(height));
  svg.setAttribute('viewBox', `0 0 ${Math.ceil(box.width)} ${height}`);
  svg.append(rectangle(box.width, height, style.backgroundColor));
  svg.append(...keyParts(key, height - 9, style));
  for (const label of figure.querySelectorAll<HTMLElement>('[data-export-text]')) {
    svg.append(textAt(label, box));
  }
  for (const drawing of figure.querySelectorAll<SVGSVGElement>('svg.recharts-surface')) {
    const place = drawing.getBoundingClientRect();
    if (place.width < 40) continue;
    const copy = styledCopy(drawing);
    copy.setAttribute('x', String(place.left - box.left));
    copy.setAttribute('y', String(place.top - box.top));
    svg.append(copy);
  }
  for (const canvas of figure.querySelectorAll('canvas')) {
    const place = canvas.getBoundingClientRect();
    const image = document.createElementNS(SVG, 'image');
    image.setAttribute('x', String(place.left - box.left));
    image.setAttribute('y', String(place.top - box.top));
    image.setAttribute('width', String(place.width));
    image.setAttribute('height', String(place.height));
    image.setAttribute('preserveAspectRatio', 'none');
    image.setAttribute('style', 'image-rendering:pixelated');
    image.setAttribute('href', canvas.toDataURL('image/png'));
    svg.append(image);
  }
  return new XMLSerializer().serializeToString(svg);
}

/** The same as PNG, twice as large as on the page. @throws Error when the browser can't draw it. */
export async function figureToPng(
  figure: HTMLElement,
  key: readonly KeyEntry[],
): Promise<ArrayBuffer> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(figureToSvg(figure, key))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * PNG_SCALE;
  canvas.height = image.height * PNG_SCALE;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gave no canvas to draw the chart on.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('This browser could not turn the chart into a PNG.');
  return blob.arrayBuffer();
}

function styledCopy(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
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
  return copy;
}

function keyParts(key: readonly KeyEntry[], y: number, style: CSSStyleDeclaration): SVGElement[] {
  let x = 8;
  return key.flatMap(({ name, colour, dash }) => {
    const variable = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
    const stroke = variable === undefined ? colour : style.getPropertyValue(variable).trim();
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', `M${x} ${y - 4}h30`);
    line.setAttribute('stroke', stroke);
    line.setAttribute('stroke-width', '2.5');
    if (dash !== undefined) line.setAttribute('stroke-dasharray', dash);
    const text = document.createElementNS(SVG, 'text');
    text.setAttribute('x', String(x + 36));
    text.setAttribute('y', String(y));
    text.setAttribute('font-family', style.fontFamily);
    text.setAttribute('font-size', '13px');
    text.setAttribute('fill', style.color);
    text.textContent = name;
    x += 60 + 8 * name.length;
    return [line, text];
  });
}

function rectangle(width: number, height: number, fill: string): SVGRectElement {
  const rect = document.createElementNS(SVG, 'rect');
  rect.setAttribute('width', String(width));
  rect.setAttribute('height', String(height));
  rect.setAttribute('fill', fill);
  return rect;
}

function textAt(label: HTMLElement, box: DOMRect): SVGTextElement {
  const place = label.getBoundingClientRect();
  const computed = getComputedStyle(label);
  const text = document.createElementNS(SVG, 'text');
  text.setAttribute('x', String(place.left - box.left + Number.parseFloat(computed.paddingLeft)));
  text.setAttribute('y', String(place.bottom - box.top - place.height * 0.25));
  for (const property of ['font-family', 'font-size', 'font-weight'] as const) {
    text.setAttribute(property, computed.getPropertyValue(property));
  }
  text.setAttribute('fill', computed.color);
  text.textContent = label.textContent;
  return text;
}
