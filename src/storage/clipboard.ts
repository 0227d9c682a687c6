/** The clipboard. */
import { t } from '../text/t.ts';

/** @returns whether the text was copied: pages that came over plain http have no clipboard, and people can refuse it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** @param png still being drawn, perhaps: Safari asks for it at once. @throws Error in plain words where it is refused. */
export async function copyImage(png: Promise<ArrayBuffer>): Promise<void> {
  const type = 'image/png';
  const blob = png.then((bytes) => new Blob([bytes], { type }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ [type]: blob })]);
  } catch {
    // Why the picture could not be drawn, if that is what failed.
    await blob;
    throw new Error(t`The browser did not allow copying. Save the figure as a PNG instead.`);
  }
}
