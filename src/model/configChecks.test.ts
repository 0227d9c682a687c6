import { describe, expect, it } from 'vitest';
import { checkFitsDataset } from './configChecks.ts';
import { configOf as config, issuesOf } from './testing/configs.ts';

describe('checkFitsDataset', () => {
  it('refuses image sizes that averaging blocks cannot give, and too few classes', () => {
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
});
