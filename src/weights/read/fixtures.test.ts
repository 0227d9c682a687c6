import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { inferModel } from '../match/inferModel.ts';
import { matchWeights } from '../match/matchWeights.ts';
import { EXPECTED, fixture, GOOD_FIXTURES } from '../testing/fixtures.ts';
import { WeightsError } from '../weightsError.ts';
import { readWeights } from './readWeights.ts';

describe('files of real PyTorch and NumPy', () => {
  it.each(GOOD_FIXTURES)('%s: every number, the model inferred, every tensor matched', (name) => {
    const { tensors } = readWeights(fixture(name));
    const { model } = inferModel(tensors);
    expect(model).toMatchObject({
      ...{ stem: 'cifar', block: 'basic', order: 'post', projection: 'B', normalization: 'batch' },
      ...{ stageDepths: [1, 1], stageWidths: [2, 4], classes: 10 },
    });
    const { rows, state } = matchWeights(buildGraph(model), tensors);
    expect(rows.filter(({ status }) => status !== 'matched')).toEqual([]);
    expect(state?.size).toBe(Object.keys(EXPECTED).length);
    for (const [tensor, { shape, data }] of Object.entries(EXPECTED)) {
      expect(state?.get(tensor), tensor).toEqual({ shape, data: Float32Array.from(data) });
    }
  });

  it('says where in a checkpoint the weights were', () => {
    expect(readWeights(fixture('checkpoint.pth')).remarks).toEqual([
      'The weights are the file’s “state_dict”.',
    ]);
    expect(readWeights(fixture('parameters.pth')).remarks).toEqual([
      'The weights are the file’s “model”.',
    ]);
  });

  it.each([
    ['os_system.pth', /asks for "posix\.system".* nothing of it was run/],
    ['whole_module.pth', /asks for "__main__\.Net"/],
  ])('refuses %s by name', (name, message) => {
    expect(() => readWeights(fixture(name))).toThrow(WeightsError);
    expect(() => readWeights(fixture(name))).toThrow(message);
  });
});
