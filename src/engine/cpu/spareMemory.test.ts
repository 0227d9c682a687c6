import { expect, it } from 'vitest';
import { SpareMemory } from './spareMemory.ts';

const bytesOf = ({ buffer }: WebAssembly.Memory) => new Uint8Array(buffer);

it('gives a memory again, all zeros, the smallest that fits', () => {
  const memories = new SpareMemory();
  const [two, three] = [memories.take(2, true), memories.take(3, true)];
  bytesOf(two).fill(7);
  for (const memory of [three, two]) memories.keep(memory);
  expect(memories.take(2, true)).toBe(two);
  expect(bytesOf(two).every((byte) => byte === 0)).toBe(true);
  expect(memories.take(2, true)).toBe(three);
  expect(memories.take(2, true)).not.toBe(two);
});

it('gives none that is too small, or more than twice as large', () => {
  const memories = new SpareMemory();
  const [one, five] = [memories.take(1, false), memories.take(5, false)];
  for (const memory of [one, five]) memories.keep(memory);
  const two = memories.take(2, false);
  expect([one, five]).not.toContain(two);
  expect(two.buffer.byteLength).toBe(2 * 65_536);
});

it('keeps 64 MiB at most, the latest', () => {
  const memories = new SpareMemory();
  const [first, second] = [memories.take(600, false), memories.take(600, false)];
  memories.keep(first);
  memories.keep(second);
  expect(memories.take(600, false)).toBe(second);
  expect(memories.take(600, false)).not.toBe(first);
  memories.keep(memories.take(2000, false));
  expect(memories.take(2000, false).buffer.byteLength).toBe(2000 * 65_536);
});
