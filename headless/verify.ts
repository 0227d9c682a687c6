/** `headless verify`: trains a run again on the processor and says whether its weights match. */
import { basename } from 'node:path';
import { networkName } from '../src/model/networkName.ts';
import { Run } from '../src/training/run.ts';
import { type RetrainProgress, checkImages, retrain } from '../src/training/verification.ts';
import { NO_ANSWERS } from '../src/weights/match/inspect.ts';
import type { VerifyCommand } from './arguments.ts';
import { batchesForTraining } from './batchFile.ts';
import { parseClaim } from './claimFile.ts';
import { folderForTraining } from './dataFolder.ts';
import { HeadlessError, NotUnderstoodError, readBytes, readWeights } from './files.ts';
import { headlessDevice } from './headlessDevice.ts';
import { Progress } from './progress.ts';

/**
 * Prints one line, which says whether the hash matches.
 * @returns whether it does.
 * @throws NotUnderstoodError where nothing in the file can be verified.
 */
export async function verify(command: VerifyCommand): Promise<boolean> {
  const { file, init, threads } = command;
  const claim = parseClaim(file, new TextDecoder().decode(await readBytes(file)));
  const { config, weightsSha256 } = claim;
  if (claim.weightsFrom !== null && init === null) {
    throw new NotUnderstoodError(
      `${file}: the run started from the weights of ${claim.weightsFrom}. Give them by --init.`,
    );
  }
  if (claim.isOfBatches && command.batches === null) {
    throw new NotUnderstoodError(
      `${file}: the run was trained on a file of batches. Give it by --batches.`,
    );
  }
  const steps = command.steps ?? claim.steps;
  const run = new Run('headless', config);
  if (init !== null) {
    const answers = { ...NO_ANSWERS, config };
    const { state: weights } = await readWeights(init, answers, command.batches === null);
    run.startFrom({ source: basename(init), weights });
  }
  const given = command.batches === null ? null : await batchesForTraining(command.batches, config);
  if (given !== null && given.steps < steps) {
    throw new HeadlessError(`${command.batches} holds ${given.steps} of ${steps} batches`);
  }
  const { device } = await headlessDevice({ engine: 'cpu', threads, arithmetic: 'exact' });
  const images = given ?? (await folderForTraining(device, command.data, config));
  if (images.source !== null) checkImages(claim, images.source);
  await images.prepare(steps);

  const progress = new Progress(0, steps);
  const onProgress = ({ step, loss }: RetrainProgress) => progress.tell(step, loss);
  const got = await retrain(run, steps, { device, images, onProgress });
  const what = `${steps} ${steps === 1 ? 'step' : 'steps'} of ${networkName(config.model)}`;
  const isSame = got === weightsSha256;
  process.stdout.write(
    isSame
      ? `verified: ${what} give weightsSha256 ${got}\n`
      : `not verified: ${what} give weightsSha256 ${got} instead of ${weightsSha256}\n`,
  );
  return isSame;
}
