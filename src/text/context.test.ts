import { expect, it } from 'vitest';
import { tc } from './context.ts';

it('says a text without its context where there is no catalogue', () => {
  expect(tc('status')`Training`).toBe('Training');
  expect(tc('images')`${'CIFAR-100'} images`).toBe('CIFAR-100 images');
});
