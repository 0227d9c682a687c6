/** Shortcuts cut in the middle of training. */
import type { ScheduledChange } from '../../../model/config.ts';
import { shortcutSwitchOf } from '../../../training/changes.ts';
import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, compareErrors, endsText, testErrors } from '../measure.ts';
import { configOf, depths, stepsOf } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 2.3;
/** Two standard errors of a jump of the loss, over the few batches of Small right after the cut. */
const LOSS_CHANCE = 0.15;
const BLOCKS: Readonly<Record<ExperimentSize, number>> = { tiny: 1, small: 3, full: 9, paper: 9 };

/** Steps done before the cut: two fifths of them, before the rate falls at a half. */
const cutStep = (size: ExperimentSize): number => Math.floor((stepsOf(size) * 2) / 5);

function arms(size: ExperimentSize): Arm[] {
  const stageDepths = depths(size, BLOCKS[size]);
  const block = size === 'tiny' ? 'layer1.0' : 'layer2.1';
  const step = cutStep(size);
  const arm = (
    id: string,
    name: string,
    changes: readonly ScheduledChange[],
    shortcuts = true,
  ): Arm => ({ id, name, changes, config: configOf(size, { stageDepths, shortcuts }) });
  return [
    arm('uncut', 'Residual', []),
    arm('one', `${block} cut`, [{ step, change: { kind: 'blockShortcut', block, on: false } }]),
    arm('all', 'All cut', [{ step, change: { kind: 'shortcuts', on: false } }]),
    arm('plain', 'Always plain', [], false),
  ];
}

/** Mean loss of the curve's points with steps in (from, to]. */
function lossBetween({ curve }: ArmResult, from: number, to: number): number {
  const part = curve.loss.filter((_, i) => {
    const step = curve.step[i] ?? 0;
    return step > from && step <= to;
  });
  return part.reduce((sum, loss) => sum + loss, 0) / part.length;
}

/** Loss over the tenth of the steps before the cut and over the hundredth after it. */
function jump(result: ArmResult): { before: number; after: number } | null {
  const cut = result.marks.find(({ label }) => shortcutSwitchOf(label)?.on === false);
  if (cut === undefined) return null;
  const { step } = cut;
  const near = Math.max(2, result.steps / 50);
  return {
    before: lossBetween(result, step - 5 * near, step),
    after: lossBetween(result, step, step + near),
  };
}

export const surgery: Experiment = {
  id: 'surgery',
  title: t`Shortcut surgery`,
  question: t`What did the shortcuts carry?`,
  lookFor: t`Three identical residual nets train until the dashed line. There one loses the shortcut of a single block and another loses all of them; no weight changes. The branches have learned small corrections to what the shortcut carries; without it they must carry everything. A single cut does little harm. With all of them cut, the loss jumps to that of guessing; the net learns again, but as a plain net, and what it had learned does not help: compare where it ends with the net that was plain from the start.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: t`identity shortcuts`, value: 6.61, arm: 'uncut' },
      { label: t`shortcuts × 0.5`, value: 12.35, note: t`branch × 0.5` },
      { label: t`shortcuts × 0`, value: 20, text: '> 20 %', arm: 'plain' },
    ],
    source: t`He et al. 2016, “Identity Mappings in Deep Residual Networks”, table 1`,
    setting: t`CIFAR-10, ResNet-110, shortcuts scaled from the first step, trained to the end. This exact cut has not been published.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 20, half as wide, images of 16×16, 300 steps, the cut after 120.`,
    full: t`Depth 56 at the paper’s widths, 2,000 steps, the cut after 800.`,
    paper: t`Depth 56, the paper’s recipe, the cut after 25,600 steps.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'loss' },
  arms,
  own: testErrors,
  verdict: (results) => {
    const of = (arm: string) => armOf(results, arm);
    const [uncut, one, all, plain] = [of('uncut'), of('one'), of('all'), of('plain')];
    const [oneJump, allJump] = [jump(one), jump(all)];
    const leap = (name: string, value: ReturnType<typeof jump>) =>
      value === null
        ? ''
        : t`${name}: loss ${value.before.toFixed(2)} before, ${value.after.toFixed(2)} right after.`;
    const numbers = sentences(
      leap(t`One cut`, oneJump),
      leap(t`All cut`, allJump),
      endsText([uncut, one, all, plain]),
    );
    const agrees =
      compareErrors(all.end, uncut.end, SEED_SCATTER) === 'higher' &&
      (allJump === null || allJump.after - allJump.before > LOSS_CHANCE);
    return {
      agrees,
      text: agrees
        ? sentences(
            numbers,
            t`Without its shortcuts the trained net is worse than the one that kept them, in the direction of the paper’s table.`,
          )
        : sentences(numbers, t`At this size it does not show that the cut net stays behind.`),
    };
  },
};
