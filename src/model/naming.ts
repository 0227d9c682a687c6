/** What the paper would call a network. */
import { blockNames } from './builder.ts';
import type { ModelConfig } from './config.ts';

/** Layers with weights from the image to the logits: stem, the blocks' convolutions, `fc` (He et al. §4.2: 6n + 2). */
export function networkDepth({ block, stageDepths }: ModelConfig): number {
  const blocks = stageDepths.reduce((sum, depth) => sum + depth, 0);
  return (block === 'bottleneck' ? 3 : 2) * blocks + 2;
}

/** Whether any block still has its shortcut. */
export function hasShortcuts(model: ModelConfig): boolean {
  return model.shortcuts && blockNames(model).some((name) => !model.cutShortcuts.includes(name));
}

/** `ResNet-20`, `Plain-56`; `PreResNet-110` where the order is pre-activation. */
export function networkName(model: ModelConfig): string {
  const order = model.order === 'pre' ? 'Pre' : '';
  return `${order}${hasShortcuts(model) ? 'ResNet' : 'Plain'}-${networkDepth(model)}`;
}
