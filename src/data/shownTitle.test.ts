import { expect, test } from 'vitest';
import { shownTitle } from './shownTitle.ts';

test.each([
  'CIFAR-10 (this server)',
  'Synthetic shapes (not CIFAR-10)',
  'cifar-10.tar.gz, not checked to be CIFAR-10',
  'Fashion-MNIST, not checked to be Fashion-MNIST (this browser)',
  'pets (2)',
  'pets',
])('%s is itself in English', (title) => {
  expect(shownTitle(title)).toBe(title);
});
