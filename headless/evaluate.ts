/** `headless eval`: loss and accuracy of given weights, with running statistics. */
import { join } from 'node:path';
import { normalizationOf } from '../src/data/normalization.ts';
import { withMicroBatches } from '../src/engine/withMicroBatches.ts';
import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import { evaluateViews } from '../src/training/testViews.ts';
import { writeSafetensors } from '../src/weights/writeSafetensors.ts';
import type { EvalCommand } from './arguments.ts';
import { batchesForTest } from './batchFile.ts';
import { folderForTest, withOwnImages } from './dataFolder.ts';
import { withArithmetic } from './engineOptions.ts';
import { readConfig } from './files.ts';
import { headlessDevice } from './headlessDevice.ts';
import { readNetwork } from './networkFile.ts';
import { note } from './note.ts';
import { makeFolder, writeWhole } from './outputFile.ts';

/** Prints `{"loss","accuracy"}`; with `--out` also writes logits.safetensors, [images, classes]. */
export async function evaluate(command: EvalCommand): Promise<void> {
  const given = command.config === null ? null : await configOf(command, command.config);
  const found = await readNetwork(command, given, command.batches === null);
  const { state: weights } = found;
  const config = withArithmetic(found.config, command.arithmetic);
  const graph = buildGraph(config.model);
  const file = command.batches === null ? null : await batchesForTest(command.batches, config);
  const { arithmetic } = config.training;
  const { device } = await headlessDevice({ ...command, arithmetic });
  const images = file ?? (await folderForTest(device, command.data, config));
  const { inputSize, classes } = config.model;
  const { training } = config;
  const place = async ([batchSize = training.batchSize]: readonly number[]) => {
    const placed = device.createBatch({
      ...{ batchSize, inputSize },
      normalization: normalizationOf(config.data),
    });
    const options = { graph, training: { ...training, batchSize } };
    return { batch: placed, network: await device.createNetwork(options, placed) };
  };
  const { batch, network } = await withMicroBatches(device, [[{ graph, training }]], place);
  network.load({ weights });
  const evaluator = await device.createEvaluator(network, batch);
  const { loss, accuracy, logits } = await evaluateViews(
    evaluator,
    images.count,
    training,
    {
      load: (view) => (start, count) => images.load(start, count, batch, view),
      label: (image) => images.label(image),
    },
    { logits: command.out !== null },
  );
  if (command.out !== null && logits !== null) {
    await makeFolder(command.out);
    const tensor = { shape: [images.count, classes], data: logits };
    const path = join(command.out, 'logits.safetensors');
    await writeWhole(path, writeSafetensors(new Map([['logits', tensor]])));
    note(`written: ${path}`);
  }
  note(`${images.count} images`);
  process.stdout.write(`${JSON.stringify({ loss, accuracy })}\n`);
}

async function configOf({ batches, data }: EvalCommand, file: string): Promise<RunConfig> {
  const { config, saysNormalization } = await readConfig(file);
  return batches === null ? withOwnImages(config, saysNormalization, data) : config;
}
