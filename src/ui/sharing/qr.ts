/** A link as a QR code. */
import { encodeQR } from 'qr';

/** Denser codes than those of version 25 are hard to read off a screen; at the lowest correction it holds 1,273. */
export const MOST_QR_CHARACTERS = 1250;
/** Up to here, version 25 has room for the usual correction. */
const WELL_CORRECTED_CHARACTERS = 980;
/** Light modules around the code, as the standard has it. */
const BORDER = 4;

/** Rows of modules, true where dark; null where the link is too long. */
export function qrModules(url: string): readonly (readonly boolean[])[] | null {
  const { length } = new TextEncoder().encode(url);
  if (length > MOST_QR_CHARACTERS) return null;
  const ecc = length > WELL_CORRECTED_CHARACTERS ? 'low' : 'medium';
  return encodeQR(url, 'raw', { ecc, border: BORDER });
}

/** Dark modules as one path, a unit each. */
export const qrPath = (modules: readonly (readonly boolean[])[]): string =>
  modules
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
