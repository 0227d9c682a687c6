/** What the paper would call a network. */
import type { ModelConfig } from './config.ts';
import { hasShortcuts } from './shortcuts.ts';

/** Layers with weights from the image to the logits: stem, the blocks' convolutions, `fc` (He et al. §4.2: 6n + 2). */
export function networkDepth({ block, stageDepths }: ModelConfig): number {
  const blocks = stageDepths.reduce((sum, depth) => sum + depth, 0);
  return (block === 'bottleneck' ? 3 : 2) * blocks + 2;
}

/** `ResNet-20`, `Plain-56`; `PreResNet-110` if the order is pre-activation. */
export function networkName(model: ModelConfig): string {
  const order = model.order === 'pre' ? 'Pre' : '';
  return `${order}${hasShortcuts(model) ? 'ResNet' : 'Plain'}-${networkDepth(model)}`;
}
