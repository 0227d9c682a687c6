/** A character for each byte. (`TextDecoder`’s "latin1" is Windows-1252, which reads 0x80 to 0x9F as other characters.) */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}
