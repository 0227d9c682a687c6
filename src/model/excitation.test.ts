import { expect, it } from 'vitest';
import { buildGraph } from './builder.ts';
import { modelOf, namesOf, wiring } from './testing/configs.ts';

const SMALL: Parameters<typeof modelOf>[0] = {
  ...{ stageDepths: [1], stageWidths: [8], stemWidth: 4, projection: 'B' },
};

it('stands at the end of a branch, ahead of the addition', () => {
  const graph = buildGraph(modelOf({ ...SMALL, squeezeExcitation: 3, branchScale: 'scalar' }));
  expect(wiring(graph).filter((line) => /se\.|excited|scaled/.test(line))).toEqual([
    'layer1.0.se.pool ← layer1.0.bn2',
    'layer1.0.se.fc1 ← layer1.0.se.pool',
    'layer1.0.se.act ← layer1.0.se.fc1',
    'layer1.0.se.fc2 ← layer1.0.se.act',
    'layer1.0.se.gate ← layer1.0.se.fc2',
    'layer1.0.excited ← layer1.0.bn2, layer1.0.se.gate',
    'layer1.0.scaled ← layer1.0.excited',
    'layer1.0.add ← layer1.0.scaled, layer1.0.downsample.1',
  ]);
  const own = graph.parameters.filter(({ name }) => name.includes('.se.'));
  expect(own.map(({ name, shape }) => [name, shape])).toEqual([
    ['layer1.0.se.fc1.weight', [2, 8, 1, 1]],
    ['layer1.0.se.fc1.bias', [2]],
    ['layer1.0.se.fc2.weight', [8, 2, 1, 1]],
    ['layer1.0.se.fc2.bias', [8]],
  ]);
  const names = namesOf(graph.parameters);
  expect(names.indexOf('layer1.0.se.fc1.weight')).toBe(names.indexOf('layer1.0.bn2.bias') + 1);
});

it('is left out by 0', () => {
  const without = buildGraph(modelOf(SMALL));
  expect(wiring(buildGraph(modelOf({ ...SMALL, squeezeExcitation: 0 })))).toEqual(wiring(without));
});
