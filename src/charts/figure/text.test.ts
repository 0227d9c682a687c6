import { expect, test } from 'vitest';
import { wrapped } from './text.tsx';

test('English breaks between words', () => {
  expect(wrapped('one two three, four', 60, 10)).toEqual(['one two', 'three, four']);
});

test('Chinese breaks between characters, but not before punctuation or within a number', () => {
  const text = '训练误差：Plain-20 为 61.3 %，更深的普通网络更差（见表 6）。';
  const lines = wrapped(text, 60, 10);
  expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  for (const line of lines) expect(line).not.toMatch(/^[，。；：）]/);
  expect(lines.some((line) => line.includes('Plain-20'))).toBe(true);
});
