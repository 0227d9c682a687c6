/** What runs are called: `ResNet-20`, `Plain-20`, with what tells them from their neighbours. */
import type { ModelConfig } from '../model/config.ts';
import { networkName } from '../model/naming.ts';

/** The network's name, numbered where a run beside it already has that name. */
export function runName(model: ModelConfig, taken: readonly string[]): string {
  const name = networkName(model);
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} (${n})`;
    if (!taken.includes(candidate)) return candidate;
  }
}

const ACTIVATIONS = { relu: 'ReLU', tanh: 'tanh', sigmoid: 'sigmoid' } as const;

/** One line on what the net is: `basic blocks 3·3·3, widths 16·32·64, BatchNorm, ReLU`. */
export function describeModel(model: ModelConfig): string {
  return [
    `${model.block}${model.order === 'pre' ? ' pre-activation' : ''} blocks ${model.stageDepths.join('·')}`,
    `widths ${model.stageWidths.join('·')}`,
    model.normalization === 'batch' ? 'BatchNorm' : 'no normalization',
    ACTIVATIONS[model.activation],
    `${model.inputSize}×${model.inputSize}`,
  ].join(', ');
}
