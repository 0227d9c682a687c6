/** Networks by name: presets, and the CIFAR-10 family of He et al. §4.2 at any depth. */
import { UsageError } from '../headless/arguments.ts';
import type { RunConfig, RunConfigInput } from '../src/model/config.ts';
import { completeConfig } from '../src/model/parse.ts';
import { PRESETS } from '../src/model/presets.ts';

/**
 * What every engine trains: momentum 0.9, no weight decay (TF.js’s optimizers have none), a rate at
 * which rounding errors do not grow within the steps that are compared.
 * @throws UsageError if there is no such network; ConfigError if the batch is too large.
 */
export function benchConfig(
  name: string,
  batchSize: number,
  precision: RunConfig['training']['precision'] = 'single',
): RunConfig {
  const model = PRESETS.find((preset) => preset.name === name)?.model ?? cifarModel(name);
  const optimizer = { momentum: 0.9, weightDecay: 0 };
  return completeConfig({
    version: 1,
    model,
    training: { batchSize, precision, optimizer, learningRate: 0.01 },
  });
}

/** `resnet-N`, `plain-N`: three stages of (N − 2) / 6 blocks, option A. */
function cifarModel(name: string): NonNullable<RunConfigInput['model']> {
  const [, family, depth] = /^(resnet|plain)-(\d{1,4})$/.exec(name) ?? [];
  const blocks = (Number(depth) - 2) / 6;
  if (family === undefined || !Number.isInteger(blocks) || blocks < 1) {
    throw new UsageError(
      `--model ${name}: no such network. Presets: ${PRESETS.map((preset) => preset.name).join(', ')}; or resnet-N and plain-N with N = 6n + 2.`,
    );
  }
  return { shortcuts: family === 'resnet', stageDepths: [blocks, blocks, blocks] };
}
