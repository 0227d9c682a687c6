/** `headless experiment`: all arms of an experiment, from several seeds. */
import type { ArmResult } from '../src/app/experiments/armResult.ts';
import type { Arm } from '../src/app/experiments/experiment.ts';
import { EXPERIMENTS, experimentOf } from '../src/app/experiments/registry.ts';
import type { ExperimentCommand } from './arguments.ts';
import { openSession, trainArms } from './armRunner.ts';
import { sourcesFor } from './dataFolder.ts';
import { NotUnderstoodError } from './files.ts';
import { headlessDevice } from './headlessDevice.ts';
import { note } from './note.ts';
import { writeWhole } from './outputFile.ts';

/**
 * Prints a JSON object with mean and standard error of every arm, and each seed's verdict; with `--out` every result goes
 * to that file, [seeds][arms], and with `--slide` the first seed's slide.
 * @throws NotUnderstoodError where there is no such experiment.
 */
export async function runExperiment(command: ExperimentCommand): Promise<void> {
  const { id, size, seeds, data, out, slide } = command;
  const experiment = experimentOf(id);
  if (experiment === null) {
    const names = EXPERIMENTS.map((known) => known.id).join(', ');
    throw new NotUnderstoodError(`there is no experiment "${id}", only ${names}`);
  }
  const arms = experiment.arms(size);
  const [first] = arms;
  if (first === undefined) throw new Error(`${id} has no arms`);
  const { device, engine } = await headlessDevice(command);
  const session = openSession({ engine, device, sources: await sourcesFor(data, first.config) });
  const results: (readonly ArmResult[])[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const startMs = performance.now();
    const ofSeed = await trainArms(session, arms.map(withSeed(seed)));
    const seconds = (performance.now() - startMs) / 1000;
    note(`seed ${seed}, ${seconds.toFixed(0)} s: ${experiment.verdict(ofSeed).text}`);
    results.push(ofSeed);
  }
  session.close();
  const over = (arm: string, of: (result: ArmResult) => number | null) =>
    meanOf(
      results
        .map((ofSeed) => ofSeed.find((result) => result.arm === arm))
        .map((result) => (result === undefined ? null : of(result))),
    );
  const summary = {
    experiment: id,
    size,
    seeds,
    images: results[0]?.[0]?.images.title,
    adapter: device.adapter.name,
    arms: arms.map(({ id: arm, name }) => ({
      name,
      trainingError: over(arm, ({ end }) => end.error),
      trainingLoss: over(arm, ({ end }) => end.loss),
      testError: over(arm, ({ test }) => test?.error ?? null),
      trainSeconds: over(arm, ({ trainMs }) => trainMs / 1000),
    })),
    verdicts: results.map((ofSeed) => experiment.verdict(ofSeed)),
  };
  if (out !== null) await writeWhole(out, JSON.stringify(results));
  const [ofFirst] = results;
  if (slide !== null && ofFirst !== undefined) {
    // React is loaded for this alone.
    const { slideSvg } = await import('./slide.ts');
    await writeWhole(slide, await slideSvg(experiment, size, ofFirst));
  }
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
}

const withSeed =
  (seed: number) =>
  (arm: Arm): Arm => ({
    ...arm,
    config: { ...arm.config, training: { ...arm.config.training, seed } },
  });

/** Null where a seed has no number; no standard error of a single one. */
function meanOf(
  values: readonly (number | null)[],
): { readonly mean: number; readonly standardError: number | null } | null {
  const numbers = values.filter((value) => value !== null);
  const count = numbers.length;
  if (count === 0 || count < values.length) return null;
  const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = count < 2 ? null : Math.sqrt(squares / (count - 1) / count);
  return { mean, standardError };
}
