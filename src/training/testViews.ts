/** Tests on several views of each image, whose logits are averaged: mirror images, and images moved by a pixel. */
import type { View } from '../data/augmentation.ts';
import { exp, log } from '../data/elementary.ts';
import type { EngineEvaluator, Evaluation, EvaluationOptions, LoadImages } from '../engine/api.ts';
import type { TestViews, TrainingConfig } from '../model/config.ts';

const views = (weight: number, ...places: readonly number[]) =>
  places.flatMap((place) =>
    [false, true].map((flip) => ({ weight, view: { x: place, y: place, flip } })),
  );

/** Each with its share of the mean. `crops` is that of airbench (Jordan 2024): half for the image in its place. */
const VIEWS: Readonly<
  Record<TestViews, readonly { readonly weight: number; readonly view: View }[]>
> = {
  one: [{ weight: 1, view: { x: 0, y: 0, flip: false } }],
  flip: views(1 / 2, 0),
  crops: [...views(1 / 4, 0), ...views(1 / 8, -1, 1)],
};

/** How many times an image goes through the network. */
export const viewCount = ({ testViews = 'one' }: Pick<TrainingConfig, 'testViews'>): number =>
  VIEWS[testViews].length;

/** Images that can be looked at in several ways. */
export interface ViewedImages {
  /** Loads images counted from 0. */
  readonly load: (view: View) => LoadImages;
  readonly label: (image: number) => number;
}

/**
 * Mean cross-entropy and accuracy over `total` images, by logits that are the mean over the views.
 * @param options.logits whether one view gives its logits, too. @throws EngineError `device-lost`
 */
export async function evaluateViews(
  evaluator: EngineEvaluator,
  total: number,
  { testViews = 'one' }: Pick<TrainingConfig, 'testViews'>,
  { load, label }: ViewedImages,
  options: Pick<EvaluationOptions, 'logits'> = {},
): Promise<Evaluation> {
  const shown = VIEWS[testViews];
  const [first] = shown;
  if (shown.length === 1 && first !== undefined) {
    return evaluator.evaluate(total, load(first.view), options);
  }
  let mean = new Float64Array();
  for (const { weight, view } of shown) {
    const { logits } = await evaluator.evaluate(total, load(view), { logits: true });
    if (logits === null) throw new Error('no logits');
    if (mean.length === 0) mean = new Float64Array(logits.length);
    for (const [i, logit] of logits.entries()) mean[i] = (mean[i] ?? 0) + weight * logit;
  }
  const logits = Float32Array.from(mean);
  let lossSum = 0;
  let hits = 0;
  const classes = logits.length / total;
  for (let image = 0; image < total; image++) {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const sum = row.reduce((powers, logit) => powers + exp(logit - largest), 0);
    lossSum += log(sum) + largest - (row[label(image)] ?? Number.NaN);
    if (row.indexOf(largest) === label(image)) hits++;
  }
  return { loss: lossSum / total, lossSum, accuracy: hits / total, logits };
}
