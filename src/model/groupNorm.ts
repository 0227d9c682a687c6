/** Group normalisation (Wu & He 2018): each image by itself, a group of channels at a time. */
import type { ModelConfig } from './config.ts';

/** Groups wished for: two channels each in the first stage, 32 at most. Those are the paper's in ImageNet's ResNets. */
export const wantedGroups = ({
  normGroups,
  stageWidths: [first = 1],
}: Pick<ModelConfig, 'normGroups' | 'stageWidths'>): number =>
  normGroups ?? Math.max(1, Math.min(32, first >> 1));

/** Usual numbers of groups, as far as the widest layer has channels, the default and the config's own among them; rising. */
export function groupCounts(model: ModelConfig): number[] {
  const own = [wantedGroups(model), wantedGroups({ ...model, normGroups: undefined })];
  const widths = [model.stemWidth ?? 0, ...model.stageWidths];
  const outputs = model.block === 'bottleneck' ? model.stageWidths.map((width) => 4 * width) : [];
  const most = Math.max(...widths, ...outputs);
  const usual = [1, 2, 4, 8, 16, 32].filter((groups) => groups <= most);
  return [...new Set([...usual, ...own])].sort((a, b) => a - b);
}

/** Groups of a layer: of the numbers that divide its channels the largest that is not above `wanted`. */
export function groupsOf(channels: number, wanted: number): number {
  let groups = Math.min(channels, wanted);
  while (channels % groups !== 0) groups--;
  return groups;
}
