/** Results for tests, as an arm of these settings could have them. */
import { buildGraph } from '../../../model/builder.ts';
import type { ArmResult } from '../armResult.ts';
import type { Arm } from '../experiment.ts';
import { fingerprintOf } from '../result.ts';

/** @param error training error at the end, in per cent, which the curve falls to from 90. */
export function drawnResult(arm: Arm, error: number): ArmResult {
  const { macs, parameterCount, parameters } = buildGraph(arm.config.model);
  const { steps, batchSize } = arm.config.training;
  const layer = parameters.flatMap(
    ({ name }) => /^((?:layer\d+\.\d+\.)?conv\d+|fc)\.weight$/.exec(name)?.[1] ?? [],
  );
  const points = Array.from({ length: 50 }, (_, i) => (i + 1) / 50);
  return {
    arm: arm.id,
    name: arm.name,
    fingerprint: fingerprintOf(arm),
    steps,
    parameters: parameterCount,
    macs,
    curve: {
      step: points.map((share) => Math.max(1, Math.round(share * steps))),
      loss: points.map((share) => 2.3 - share * (90 - error) * 0.02),
      error: points.map((share) => 90 - share * (90 - error)),
    },
    end: { error, loss: 2.3 - (90 - error) * 0.02, images: Math.max(1, steps / 8) * batchSize },
    profile: { layer, gradNorm: layer.map((_, i) => 1.2 ** (layer.length - i)) },
    flow: {
      step: points.map((share) => Math.round(share * steps) - 1),
      first: points.map(() => 1.2 ** layer.length),
      last: points.map(() => 1.2 ** 2),
    },
    tests: { epochs: [1, 2], error: [95, error + 1] },
    test: { error: error + 1, images: 1000 },
    trainMs: 10 * steps,
    marks: arm.changes.map(({ step }) => ({ step, label: 'shortcuts off' })),
    divergedAt: null,
    adapter: 'Test',
    images: { title: 'CIFAR-10', isCifar10: true },
  };
}
