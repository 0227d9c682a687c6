import { expect, it } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { choiceOf } from './choices.ts';

const choice = (field: string, model: Parameters<typeof completeConfig>[0]['model']) =>
  choiceOf({ field, assumed: null, why: '' }, completeConfig({ version: 1, model }), []);

it('asks for the number of groups, from the default', () => {
  const groups = choice('model.normGroups', { normalization: 'group' });
  expect(groups?.value).toBe('8');
  expect(groups?.options.map(([value]) => value)).toEqual(['1', '2', '4', '8', '16', '32']);
  expect(groups?.settings('2')).toEqual(new Map([['model.normGroups', 2]]));
  expect(choice('model.normGroups', { normalization: 'group', normGroups: 2 })?.value).toBe('2');
});

it('asks which kind the gates are', () => {
  const gates = choice('model.shortcutGate', { shortcutGate: 'exclusive' });
  expect(gates?.value).toBe('exclusive');
  expect(gates?.options.map(([value]) => value)).toEqual(['exclusive', 'shortcutOnly']);
  expect(gates?.settings('shortcutOnly')).toEqual(
    new Map([['model.shortcutGate', 'shortcutOnly']]),
  );
});

it('calls ε by the normalisation that it belongs to', () => {
  expect(choice('model.batchNormEps', {})?.label).toBe('BatchNorm’s ε');
  expect(choice('model.batchNormEps', { normalization: 'group' })?.label).toBe('Group norm’s ε');
});

it('answers the deviation along with the mean', () => {
  expect(choice('data.mean', {})?.value).toBe('cifar10');
  expect(choice('data.std', {})).toBeNull();
});
