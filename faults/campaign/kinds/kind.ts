import type { Stage } from '../stage.ts';
import type { Tab } from '../tab.ts';

/** One kind of fault. */
export interface Kind {
  readonly name: string;
  /** What is done, in a few words. */
  readonly what: string;
  /** How often it comes up beside the others. */
  readonly weight: number;
  /** Seed of a quick case that injects, for the tests. */
  readonly sample: number;
  /** The browser keeps no data of its origin. */
  readonly isRefused?: boolean;
  /** One case: trains, injects, and has everything judged. */
  run(stage: Stage): Promise<void>;
}

const NETS =
  'v=1&data.train=200&data.test=20&model.stageDepths=1,1&model.stageWidths=4,8&model.inputSize=8&training.batchSize=8&training.arithmetic=exact&run2.model.shortcuts=off';
const DRAWN = '&engine=cpu&data.source=synthetic';
/** Steps of a short and of a long life: a second or so, and long enough for checkpoints in mid-run. */
export const SHORT = 1500;
export const LONG = 6000;

/** A residual net and its plain twin, so small that a thousand steps take a second. */
export const pair = (steps: number, seed = 0): string =>
  `${NETS}${DRAWN}&training.steps=${steps}${seed === 0 ? '' : `&training.seed=${seed}`}`;

/** The same on images of the server. */
export const FROM_FILES = (steps: number): string =>
  `${NETS}&engine=cpu&data.source=cifar10&training.steps=${steps}`;

/** The same on WebGPU. */
export const TINY_ON_WEBGPU = (steps: number): string =>
  `${NETS}&engine=webgpu&data.source=synthetic&training.steps=${steps}`;

/**
 * Trains a pair and injects up to `stage.mostFaults` faults at random moments.
 * @param fault does it, and leaves the tab open, whatever state it is in.
 */
export async function disturbedLife(
  stage: Stage,
  fault: (tab: Tab) => Promise<void>,
  steps: number = stage.dice.chance(0.25) ? LONG : SHORT,
  link = pair(steps),
): Promise<void> {
  const { dice } = stage;
  const tab = await stage.open(link);
  await tab.click('Train');
  const times = dice.between(1, stage.mostFaults);
  for (let i = 0; i < times; i++) {
    const present = await tab.step();
    await tab.reach(Math.min(steps - 1, present + dice.between(1, Math.floor(steps / times))));
    const before = await tab.before();
    await fault(tab);
    await stage.recovered(tab, before);
  }
  await stage.judge(tab, link);
}
