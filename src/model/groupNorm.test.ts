import { expect, it } from 'vitest';
import { buildGraph } from './builder.ts';
import { groupCounts, groupsOf, wantedGroups } from './groupNorm.ts';
import { modelOf, namesOf } from './testing/configs.ts';

it('has two channels a group in the first stage, 32 groups at most, and numbers that divide', () => {
  const wanted = [[16, 32, 64], [64, 128, 256, 512], [256], [1]].map((stageWidths) =>
    wantedGroups({ stageWidths }),
  );
  expect(wanted).toEqual([8, 32, 32, 1]);
  expect([16, 12, 7, 5, 1].map((channels) => groupsOf(channels, 8))).toEqual([8, 6, 7, 5, 1]);
  expect(groupsOf(22, 8)).toBe(2);
});

it('offers usual numbers up to the widest layer’s channels, with the default and its own', () => {
  const counts = (model: Parameters<typeof modelOf>[0]) => groupCounts(modelOf(model));
  expect(counts({})).toEqual([1, 2, 4, 8, 16, 32]);
  expect(counts({ stageDepths: [1, 1], stageWidths: [6, 12] })).toEqual([1, 2, 3, 4, 8]);
  expect(counts({ stageDepths: [1], stageWidths: [6], normGroups: 5 })).toEqual([1, 2, 3, 4, 5]);
  const bottleneck = counts({ block: 'bottleneck', stageDepths: [1], stageWidths: [4] });
  expect(bottleneck).toEqual([1, 2, 4, 8, 16]);
});

it('stands in BatchNorm’s place, under its names and without running statistics', () => {
  const batch = buildGraph(modelOf({ projection: 'B' }));
  const group = buildGraph(modelOf({ projection: 'B', normalization: 'group' }));
  expect(namesOf(group.nodes)).toEqual(namesOf(batch.nodes));
  expect(group.parameters).toEqual(batch.parameters);
  expect(group.runningStatistics).toEqual([]);
  const groups = group.nodes.flatMap((node) => (node.kind === 'groupNorm' ? [node.groups] : []));
  expect(groups).toEqual(Array.from({ length: 21 }, () => 8));
});
