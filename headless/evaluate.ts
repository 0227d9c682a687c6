/** `headless eval`: loss and accuracy of given weights, with running statistics. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Batch, Evaluator, Network } from '../src/engine/index.ts';
import { writeSafetensors } from '../src/weights/writeSafetensors.ts';
import type { EvalCommand } from './arguments.ts';
import { batchesForTest } from './batchFile.ts';
import { folderForTest } from './dataFolder.ts';
import { readConfig, readWeights } from './files.ts';
import { withSession } from './session.ts';

/** Prints `{"loss","accuracy"}`; with `--out` also writes logits.safetensors, [images, classes]. */
export async function evaluate(command: EvalCommand): Promise<void> {
  const { config, graph } = await readConfig(command.config);
  await withSession(async ({ gpu, note }) => {
    const weights = await readWeights(command.weights, graph, note);
    const images =
      command.batches === null
        ? await folderForTest(gpu, command.data, config, note)
        : await batchesForTest(command.batches, config);
    const { batchSize } = config.training;
    const { inputSize, classes } = config.model;
    const batch = new Batch(gpu, { batchSize, inputSize });
    const network = await Network.create(gpu, { graph, training: config.training }, batch);
    network.load({ weights });
    const evaluator = await Evaluator.create(gpu, network, batch);
    const { loss, accuracy, logits } = await evaluator.evaluate(
      images.count,
      (start, count) => images.load(start, count, batch),
      { logits: command.out !== null },
    );
    if (command.out !== null && logits !== null) {
      await mkdir(command.out, { recursive: true });
      const tensor = { shape: [images.count, classes], data: logits };
      const file = join(command.out, 'logits.safetensors');
      await writeFile(file, writeSafetensors(new Map([['logits', tensor]])));
      note(`written: ${file}`);
    }
    note(`${images.count} images`);
    process.stdout.write(`${JSON.stringify({ loss, accuracy })}\n`);
  });
}
