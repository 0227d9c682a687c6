import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { presetConfig } from './presets.ts';
import { withAllShortcuts, withoutShortcuts } from './shortcuts.ts';
import { configOf as config } from './testing/configs.ts';

describe('twins', () => {
  it('differ in their shortcuts alone', () => {
    const residual = config({ model: { stageDepths: [9, 9, 9], cutShortcuts: ['layer1.3'] } });
    const plain = withoutShortcuts(residual);
    expect(plain).toEqual({
      ...residual,
      model: { ...residual.model, shortcuts: false, cutShortcuts: [] },
    });
    expect(differences(plain, withAllShortcuts(residual))).toEqual(['no shortcuts']);
    expect(differences(withAllShortcuts(plain), plain)).toEqual(['all shortcuts']);
    expect(differences(residual, withAllShortcuts(plain))).toEqual(['cut at layer1.3']);
    expect(presetConfig('plain-56').model).toEqual(plain.model);
  });
});
