import decodeQR from 'qr/decode.js';
import { expect, test } from 'vitest';
import { MOST_QR_CHARACTERS, qrModules } from './qr.ts';

/** What a reader makes of the code, four pixels a module. */
function read(modules: readonly (readonly boolean[])[]): string {
  const side = 4 * modules.length;
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (modules[y >> 2]?.[x >> 2]) data.fill(0, 4 * (y * side + x), 4 * (y * side + x) + 3);
    }
  }
  return decodeQR({ width: side, height: side, data });
}

test.each([20, 400, 900, 1100, MOST_QR_CHARACTERS])(
  'a link of %i characters is read as it is',
  (length) => {
    const url = `https://host.example/#v=1&task=${'a%C3%A9+b'.repeat(200)}`.slice(0, length);
    expect(read(qrModules(url) ?? [])).toBe(url);
  },
);

test('a longer one has no code', () => {
  expect(qrModules('x'.repeat(MOST_QR_CHARACTERS + 1))).toBeNull();
});
