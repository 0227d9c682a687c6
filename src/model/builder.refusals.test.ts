import { describe, expect, it } from 'vitest';
import { buildGraph } from './builder.ts';
import { issuesOf, modelOf } from './testing/configs.ts';

describe('buildGraph: refusals', () => {
  it('lists of stages that disagree', () => {
    const model = { ...modelOf({}), stageWidths: [16, 32] };
    expect(issuesOf(() => buildGraph(model))).toEqual([
      {
        field: 'model.stageDepths',
        message: '3 depths but 2 widths: every stage needs one of each.',
      },
    ]);
  });

  it('a cut that names no block, also in a plain net', () => {
    for (const shortcuts of [true, false]) {
      const model = modelOf({
        shortcuts,
        stageDepths: [1, 3],
        stageWidths: [4, 4],
        cutShortcuts: ['layer2.3', 'layer3.0'],
      });
      expect(issuesOf(() => buildGraph(model))).toEqual([
        {
          field: 'model.cutShortcuts',
          message:
            'There is no block layer2.3, layer3.0 to cut. This network has layer1.0, layer2.0–2.',
        },
      ]);
    }
  });

  it('a stage that would shrink below 1×1', () => {
    const model = modelOf({ stageDepths: [1, 1, 1, 1], stageWidths: [4, 4, 4, 4], inputSize: 4 });
    expect(issuesOf(() => buildGraph(model))).toEqual([
      {
        field: 'model.stageDepths',
        message:
          'Stage 4 would halve a 1×1 map: 4×4 images are used up after 3 stages. ' +
          'Use fewer stages, larger images or the CIFAR stem.',
      },
    ]);
    expect(buildGraph({ ...model, inputSize: 5 }).blocks.at(-1)?.outShape.height).toBe(1);
  });

  it('option A on narrowing stages, but not where that shortcut is cut or another option is chosen', () => {
    const model = modelOf({ stageDepths: [1, 1], stageWidths: [8, 4] });
    expect(issuesOf(() => buildGraph(model))).toEqual([
      {
        field: 'model.stageWidths',
        message:
          'layer2.0 narrows from 8 to 4 channels, and shortcut option A can only add channels. ' +
          'Make the stage at least as wide, or choose option B or C.',
      },
    ]);
    expect(issuesOf(() => buildGraph({ ...model, stemWidth: 9 }))[0]?.field).toBe(
      'model.stemWidth',
    );
    const cut = { ...model, cutShortcuts: ['layer2.0'] };
    for (const buildable of [
      { ...model, projection: 'B' as const },
      { ...model, shortcuts: false },
      cut,
    ]) {
      expect(issuesOf(() => buildGraph(buildable))).toEqual([]);
    }
  });
});
