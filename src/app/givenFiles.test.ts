import { expect, test } from 'vitest';
import { kindOfDrop } from './givenFiles.ts';

const dropped = (...names: string[]) =>
  kindOfDrop({ files: names.map((name) => new File([], name)) as unknown as FileList });

test('one file goes where its name says, everything else to the images', () => {
  expect(dropped('resnet-6-step-1.checkpoint.safetensors')).toBe('checkpoint');
  expect(dropped('resnet-6-step-1.checkpoint (1).safetensors')).toBe('checkpoint');
  expect(dropped('model.safetensors')).toBe('weights');
  expect(dropped('resnet20-12fca82f.th')).toBe('weights');
  expect(dropped('model_best.pth.tar')).toBe('weights');
  expect(dropped('pytorch_model.bin')).toBe('weights');
  expect(dropped('data_batch_1.bin')).toBe('images');
  expect(dropped('cats.zip')).toBe('images');
  expect(dropped('notes.txt')).toBe('images');
  expect(dropped('a.pth', 'b.pth')).toBe('images');
  expect(dropped()).toBe('images');
});
