import { expect, test } from 'vitest';
import { markWords } from './markWords.ts';

test.each([
  'learning rate 0.01',
  'shortcuts on',
  'shortcuts off',
  'layer2.0 shortcut on',
  'layer2.0 shortcut cut',
  'back to step 120, learning rate 0.05',
  'cosine over 2000 steps',
  'linear over 2000 steps',
  '1-cycle over 2000 steps',
  'weights of resnet20.pt',
  'new device, from step 40',
  'WebAssembly kernels, from step 40',
  'TensorFlow.js, WebGL, from step 40',
  'something of a later version',
])('“%s” is itself in English', (label) => {
  expect(markWords(label)).toBe(label);
});
