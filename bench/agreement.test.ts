import { expect, it } from 'vitest';
import { checkAgreement } from './agreement.ts';

const ours = { name: 'ours', losses: [2, 1] };

it('tells how far apart the losses are', () => {
  expect(checkAgreement([ours, { name: 'other', losses: [2.0002, 1] }])).toBe(
    'losses: 2.00000, 1.00000; the engines agree to 1.0e-4',
  );
  expect(checkAgreement([ours])).toBe('losses: 2.00000, 1.00000');
});

it('refuses to compare different networks', () => {
  const message = 'loss at step 1 is 1.01 in other, 1 in ours';
  expect(() => checkAgreement([ours, { name: 'other', losses: [2, 1.01] }])).toThrow(message);
  expect(() => checkAgreement([{ name: 'ours', losses: [Number.NaN] }])).toThrow('is NaN in ours');
});
