/**
 * A residual net and its plain twin that were trained beforehand, to cut and to look into at once. They are a checkpoint
 * like any other, compressed and without momentum; `scripts/trainedPair.mjs` makes it.
 */
import { t } from '../text/t.ts';

/** Beside the page. */
const FILE = 'trained-pair.safetensors.gz';
const GZIP = 0x1f;

/**
 * @param baseUrl of the page.
 * @throws Error in plain words where it can't be fetched.
 */
export async function fetchTrainedPair(baseUrl: string, fetch = globalThis.fetch): Promise<Blob> {
  const response = await fetch(new URL(FILE, baseUrl)).catch(() => null);
  if (!response?.ok) {
    const why = response === null ? t`nothing answers` : t`the server answers ${response.status}`;
    throw new Error(
      t`The trained pair can’t be fetched: ${why}. Train a pair of your own, or try again.`,
    );
  }
  const file = await response.blob();
  // Some servers unpack it on the way, by a header.
  const [first] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
  if (first !== GZIP) return file;
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).blob();
}
