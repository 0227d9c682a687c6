/**
 * Rasterises SVG markup at `scale` pixels per unit of its width and height.
 * @throws Error if the browser cannot draw it.
 */
import { t } from '../text/t.ts';
export async function svgToPng(markup: string, scale: number): Promise<ArrayBuffer> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error(t`This browser has no canvas to draw the figure on.`);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error(t`This browser could not turn the figure into a PNG.`);
  return blob.arrayBuffer();
}
