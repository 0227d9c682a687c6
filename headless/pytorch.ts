/** `headless pytorch`: what the page's "Continue in PyTorch" saves, in a folder. */
import { access, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_BYTES } from '../src/data/types.ts';
import { noContinuation } from '../src/training/changes.ts';
import { WHITENING_IMAGES } from '../src/training/images.ts';
import { completeState, givenWeights } from '../src/training/state.ts';
import { weightsSha256 } from '../src/training/weightsHash.ts';
import { whiteningFilters } from '../src/training/whitening.ts';
import {
  CONTINUATION_FILES,
  continuationFiles,
  SCRIPT_FILE,
} from '../src/weights/pytorch/continueInPyTorch.ts';
import type { ScriptImages } from '../src/weights/pytorch/origin.ts';
import type { PyTorchCommand } from './arguments.ts';
import { folderImages } from './dataFolder.ts';
import { HeadlessError } from './files.ts';
import { note } from './note.ts';
import { cantWrite, makeFolder, writeWhole } from './outputFile.ts';
import { type Start, startOf } from './start.ts';

/** Writes train.py, checkpoint.pth and the rest to `--out`. */
export async function writePyTorch(command: PyTorchCommand): Promise<void> {
  const start = await startOf({ ...command, batches: null, arithmetic: null });
  const { config, graph, step } = start.run;
  const refusal = noContinuation(config);
  if (refusal !== null) throw new HeadlessError(`training.changes: ${refusal}`);
  const { seed } = config.training;
  const { images, trainImages } = await imagesOf(command, start);
  if (start.run.awaitsImages) {
    const { splits } = images;
    if (splits === null)
      throw new HeadlessError(
        'model.whitening: the first layer is made from the images. Name them by --data.',
      );
    const first = splits.train.pixels.subarray(0, WHITENING_IMAGES * IMAGE_BYTES);
    start.run.whiten(whiteningFilters(first, config));
  }
  const trained = completeState(graph, seed, await start.run.state());
  const hash = await weightsSha256(graph, givenWeights(graph, seed, trained));
  const state = { config, graph, ...trained, weightsSha256: hash, step, trainImages, images };
  const files = continuationFiles(state);
  await makeFolder(command.out);
  await makeRoom(command, files);
  for (const [name, bytes] of files) await writeWhole(join(command.out, name), bytes);
  note(`written to ${command.out}: ${[...files.keys()].join(', ')}`);
}

/** Takes what an earlier call left there out of the way. A train.py that differs may have been edited: it is kept. */
async function makeRoom(
  { out, overwrite }: PyTorchCommand,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const others: string[] = [];
  for (const name of CONTINUATION_FILES) {
    const there = await readFile(join(out, name)).catch(() => null);
    const wanted = files.get(name);
    if (there !== null && (wanted === undefined || !there.equals(wanted))) others.push(name);
  }
  if (others.length === 0) return;
  if (!overwrite) {
    throw new HeadlessError(
      `${out} holds other files: ${others.join(', ')}. Name another folder by --out, or replace them by --overwrite.`,
    );
  }
  for (const name of others) {
    const path = join(out, name);
    try {
      if (name !== SCRIPT_FILE) {
        await rm(path);
        continue;
      }
      const kept = await freeName(path);
      await rename(path, kept);
      note(`the train.py that was there is now ${kept}`);
    } catch (error) {
      throw cantWrite(path, error);
    }
  }
}

/** `train.py.1`, or the next number that is free. */
async function freeName(path: string): Promise<string> {
  for (let i = 1; ; i++) {
    const name = `${path}.${i}`;
    const isFree = await access(name).then(
      () => false,
      () => true,
    );
    if (isFree) return name;
  }
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
