import { describe, expect, it } from 'vitest';
import type { RunConfigInput } from './config.ts';
import { configWarnings, checkFitsDataset } from './configChecks.ts';
import { configOf as config, issuesOf } from './testing/configs.ts';

describe('fit', () => {
  it('refuses sizes that averaging blocks can’t give, and too few classes', () => {
    for (const inputSize of [4, 8, 16, 32]) {
      expect(issuesOf(() => checkFitsDataset(config({ model: { inputSize } })))).toEqual([]);
    }
    for (const inputSize of [5, 24, 64]) {
      const [issue] = issuesOf(() => checkFitsDataset(config({ model: { inputSize } })));
      expect(issue?.field).toBe('model.inputSize');
      expect(issue?.message).toContain(`can’t give ${inputSize}×${inputSize}`);
    }
    expect(issuesOf(() => checkFitsDataset(config({ model: { classes: 9 } })))[0]?.field).toBe(
      'model.classes',
    );
  });

  it('warns of branches at zero without a shortcut, and of batches beyond the images', () => {
    const fields = (parts: Omit<RunConfigInput, 'version'>) =>
      configWarnings(config(parts)).map(({ field }) => field);
    expect(fields({ model: { zeroInitResidual: true } })).toEqual([]);
    expect(configWarnings(config({ model: { zeroInitResidual: true, shortcuts: false } }))).toEqual(
      [
        {
          field: 'model.zeroInitResidual',
          message:
            'A branch that starts at zero passes nothing on where its shortcut is missing (every block), so Plain-20 may not learn.',
        },
      ],
    );
    expect(fields({ model: { zeroInitResidual: true, cutShortcuts: ['layer1.0'] } })).toEqual([
      'model.zeroInitResidual',
    ]);
    expect(fields({ data: { train: 100 } })).toEqual(['training.batchSize']);
  });
});
