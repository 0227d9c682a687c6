/** Reflected 32-bit cyclic redundancy checks. */

/** @param polynomial reflected. @returns unsigned. */
function crcBy(polynomial: number): (bytes: Uint8Array) => number {
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  return (bytes) => {
    let crc = -1;
    for (let i = 0; i < bytes.length; i++) {
      crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
    }
    return ~crc >>> 0;
  };
}

/** CRC-32 as PNG and zip files use it (ISO 3309). */
export const crc32 = crcBy(0xedb8_8320);

/** CRC-32C (Castagnoli), as TFRecord files use it. */
export const crc32c = crcBy(0x82f6_3b78);
