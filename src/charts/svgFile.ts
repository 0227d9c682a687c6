/** An SVG of the page as a file: the theme's colours written into it, so that it needs no style sheet. */

const PNG_SCALE = 2;

/** @param svg whose colours are attributes, variables of the theme among them. */
export function svgMarkup(svg: SVGSVGElement): string {
  const style = getComputedStyle(document.documentElement);
  return new XMLSerializer()
    .serializeToString(svg)
    .replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
}

/** Drawn twice as large as its width and height say. @throws Error when the browser can't draw it. */
export async function pngOf(markup: string): Promise<ArrayBuffer> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * PNG_SCALE;
  canvas.height = image.height * PNG_SCALE;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gave no canvas to draw on.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('This browser could not make a PNG of it.');
  return blob.arrayBuffer();
}
