/** The pair that the page opens with: as deep as can still show its story within a minute on this adapter. */
import type { RunConfig } from '../model/config.ts';
import { presetConfig } from '../model/presets.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';

/** Sustained convolution rates, GFLOP/s, from which on a step of both ResNet-20s or ResNet-56s takes under 0.4 s. */
const ENOUGH_FOR_RESNET_20 = 40;
const ENOUGH_FOR_RESNET_56 = 500;
/** Below it even the small pair of depth 32 takes more than two seconds a step. */
const ENOUGH_FOR_SMALL_32 = 1;

/**
 * A residual net and its plain twin. With BatchNorm the plain net's gradients grow towards the input from the first
 * step on, by 2.5 at depth 20, 10 at depth 32 and 130 at depth 56, so the deepest pair that stays brisk is best.
 * @param gflops measured convolution rate of the adapter.
 */
export function defaultPair(gflops: number, isSoftware: boolean): [RunConfig, RunConfig] {
  const residual = residualNet(gflops, isSoftware);
  return [residual, withoutShortcuts(residual)];
}

function residualNet(gflops: number, isSoftware: boolean): RunConfig {
  if (isSoftware || gflops < ENOUGH_FOR_RESNET_20) {
    const name = gflops < ENOUGH_FOR_SMALL_32 ? 'small-20' : 'small-32';
    // Few test images: an evaluation of both nets should not hold training up for long.
    return presetConfig(name, { train: 5000, test: 200 });
  }
  const deep = gflops >= ENOUGH_FOR_RESNET_56;
  const config = presetConfig(deep ? 'resnet-56' : 'resnet-20', { train: 10_000, test: 2000 });
  const batchSize = deep ? 128 : 32;
  return {
    ...config,
    training: { ...config.training, batchSize, steps: 2000, learningRate: 0.1 },
  };
}
