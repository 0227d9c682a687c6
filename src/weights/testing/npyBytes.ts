/** NumPy array files for tests, whole and broken. */

/** A version-1 array file with this header text and these data. */
export function npyOf(
  header: string,
  data: Uint8Array = new Uint8Array(),
  version = 1,
): Uint8Array {
  const text = new TextEncoder().encode(header);
  const long = version > 1;
  const prefix = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0];
  const length = [
    text.length & 255,
    (text.length >> 8) & 255,
    ...(long ? [text.length >> 16, 0] : []),
  ];
  return Uint8Array.from([...prefix, ...length, ...text, ...data]);
}

/** NumPy's own header. */
export const npyHeader = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }          \n`;
