import { describe, expect, it } from 'vitest';
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
    const whole = { ...residual, model: { ...residual.model, cutShortcuts: [] } };
    expect(withAllShortcuts(residual)).toEqual(whole);
    expect(withAllShortcuts(plain)).toEqual(whole);
    expect(presetConfig('plain-56').model).toEqual(plain.model);
  });
});
