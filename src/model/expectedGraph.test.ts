import { expect, it } from 'vitest';
import { expectedGraph } from './expectedGraph.ts';
import { modelOf } from './testing/configs.ts';

const SMALL = { stageDepths: [1, 1], stageWidths: [4, 8] };
const drops = { dropout: 0.3, shortcutDropout: 0.5 };

it('drops nothing: neither features nor shortcuts', () => {
  const { nodes } = expectedGraph(modelOf({ ...SMALL, ...drops }));
  expect(nodes.filter(({ kind }) => kind === 'dropout')).toEqual([]);
  expect(nodes).toEqual(expectedGraph(modelOf(SMALL)).nodes);
});

it('takes a branch times its chance to count, and leaves the other factors', () => {
  const model = modelOf({ ...SMALL, ...drops, survival: 0.5, shortcutScale: 0.5 });
  const factors = expectedGraph(model).nodes.flatMap((node) =>
    node.kind === 'scale' ? [[node.name, node.factor, node.survival]] : [],
  );
  expect(factors).toEqual([
    ['layer1.0.scaled', 0.75, 1],
    ['layer1.0.shortcutScale', 0.5, 1],
    ['layer2.0.scaled', 0.5, 1],
    ['layer2.0.shortcutScale', 0.5, 1],
  ]);
});
