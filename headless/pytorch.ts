/** `headless pytorch`: what the page's "Continue in PyTorch" saves, in a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nextChange } from '../src/training/changes.ts';
import { completeState } from '../src/training/state.ts';
import { weightsSha256 } from '../src/training/weightsHash.ts';
import { continuationFiles } from '../src/weights/pytorch/continueInPyTorch.ts';
import type { ScriptImages } from '../src/weights/pytorch/origin.ts';
import type { PyTorchCommand } from './arguments.ts';
import { folderImages } from './dataFolder.ts';
import { HeadlessError } from './files.ts';
import { note } from './note.ts';
import { type Start, startOf } from './start.ts';

/** Writes train.py, checkpoint.pth and the rest to `--out`. */
export async function writePyTorch(command: PyTorchCommand): Promise<void> {
  const start = await startOf({ ...command, batches: null, arithmetic: null });
  const { config, graph, step } = start.run;
  const next = nextChange(config);
  if (next !== null) {
    throw new HeadlessError(
      `training.changes: the run is still to be changed at step ${next.step}, which train.py can't do. Train on past that step first.`,
    );
  }
  const { weights, momentum } = completeState(graph, config.training.seed, await start.run.state());
  const { images, trainImages } = await imagesOf(command, start);
  const hash = await weightsSha256(graph, weights);
  const tensors = { weights, weightsSha256: hash, momentum };
  const state = { config, graph, ...tensors, step, trainImages, images };
  await mkdir(command.out, { recursive: true });
  const files = continuationFiles(state);
  for (const [name, bytes] of files) await writeFile(join(command.out, name), bytes);
  note(`written to ${command.out}: ${[...files.keys()].join(', ')}`);
}

/** Images are read where a folder is named, and where nobody else has them. */
async function imagesOf(
  { data }: PyTorchCommand,
  { run: { config }, images: before }: Start,
): Promise<{ images: ScriptImages; trainImages: number }> {
  const isOwn = before === null ? config.data.source !== 'cifar10' : !before.isCifar10;
  if (data === null && !isOwn) {
    note(
      'no --data: train.py will take CIFAR-10 in torchvision’s order, which need not be the run’s',
    );
    const trainImages = before?.train ?? config.data.train;
    return { images: { kind: 'cifar10', splits: null }, trainImages };
  }
  const train = await folderImages('train', data, config);
  const test = await folderImages('test', data, config);
  const splits = { train: train.images, test: test.images };
  const kind = train.source.isCifar10 ? 'cifar10' : 'own';
  return { images: { kind, splits }, trainImages: train.source.train };
}
