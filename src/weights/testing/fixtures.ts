/** Files made by real PyTorch and NumPy (`fixtures/make.py`), and the numbers that they hold. */
import { readFileSync } from 'node:fs';

export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

/** Files that hold the network, and what they call the format. */
export const GOOD_FIXTURES = [
  'state_dict.pth',
  'before_1_6.th',
  'checkpoint.pth',
  'half_bfloat_double.pth',
  'strided.pth',
  'one_storage.pth',
  'parameters.pth',
  'savez.npz',
  'savez_compressed.npz',
  'fortran_float64.npz',
  'whole_module.pth',
  'os_system.pth',
] as const;

/** By torchvision's names. */
export const EXPECTED: Readonly<Record<string, { shape: number[]; data: number[] }>> = JSON.parse(
  new TextDecoder().decode(fixture('expected.json')),
);
