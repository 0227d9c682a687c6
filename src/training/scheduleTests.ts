/** When to test, and on how many images: often enough to draw a curve, seldom enough to cost little. */

/** Share of the time that scheduled tests may take. */
const TIME_SHARE = 0.12;
/** A point on the test curve at least this often, if that takes no more than the share above. */
const PERIOD_MS = 10_000;
const EPOCH_SHARE = 0.1;
/** With fewer, one standard deviation of the accuracy exceeds 5 percentage points. */
const MIN_IMAGES = 100;
/** Time of a forward pass as a share of a whole training step, until it is measured. */
const FORWARD_SHARE = 1 / 3;

interface TrainingRate {
  /** Milliseconds of one step of all runs. */
  readonly stepMs: number;
  /** Runs that train. */
  readonly runs: number;
  readonly batchSize: number;
  readonly trainImages: number;
  readonly testImages: number;
  /** Times that an image goes through a network; left out: once. */
  readonly views?: number;
}

export interface TestSchedule {
  /** Test images per run: always the first ones, so that points of all runs can be compared. */
  readonly images: number;
  /** Steps from one test to the next. */
  readonly everySteps: number;
}

/**
 * Tests ten times an epoch, but no more often than 12 % of the time allow. Where all test images would then come up
 * less than every 10 s (or every tenth of an epoch, if that is longer), fewer images are used, never less than 100.
 * @param imageMs measured milliseconds of testing one image under one run, null before the first test.
 * @param fixedImages the number of images if it was decided before.
 */
export function scheduleTests(
  rate: TrainingRate,
  imageMs: number | null,
  fixedImages: number | null = null,
): TestSchedule {
  const { stepMs, runs, batchSize, trainImages, testImages, views = 1 } = rate;
  const cost = runs * (imageMs ?? (stepMs / runs / batchSize) * FORWARD_SHARE * views);
  const epochSteps = Math.ceil((EPOCH_SHARE * trainImages) / batchSize);
  const budgetMs = TIME_SHARE * Math.max(PERIOD_MS, epochSteps * stepMs);
  const affordable = MIN_IMAGES * Math.floor(budgetMs / cost / MIN_IMAGES);
  const images = fixedImages ?? Math.min(testImages, Math.max(MIN_IMAGES, affordable));
  const costSteps = Math.ceil((images * cost) / (TIME_SHARE * stepMs));
  return { images, everySteps: Math.max(1, epochSteps, costSteps) };
}
