import { describe, expect, it } from 'vitest';
import { inspect } from '../match/inspect.ts';
import { EXPECTED, fixture, GOOD_FIXTURES } from '../testing/fixtures.ts';
import { readWeights } from './readWeights.ts';

describe('files of real PyTorch and NumPy', () => {
  it.each(GOOD_FIXTURES)('%s: every number, the model inferred, every tensor matched', (name) => {
    const { config, rows, state, blocked } = inspect(readWeights(fixture(name)));
    expect(config?.model).toMatchObject({
      ...{ stem: 'cifar', block: 'basic', order: 'post', projection: 'B', normalization: 'batch' },
      ...{ stageDepths: [1, 1], stageWidths: [2, 4], classes: 10 },
    });
    expect(rows.filter(({ status }) => status !== 'matched')).toEqual([]);
    expect(blocked).toBeNull();
    expect(state?.size).toBe(Object.keys(EXPECTED).length);
    for (const [tensor, { shape, data }] of Object.entries(EXPECTED)) {
      expect(state?.get(tensor), tensor).toEqual({ shape, data: Float32Array.from(data) });
    }
  });

  it('says where in a checkpoint the weights were, and what is beside them', () => {
    const remarks = (name: string) => readWeights(fixture(name)).groups[0].remarks;
    expect(remarks('checkpoint.pth')).toEqual(['The weights are the file’s “state_dict”.']);
    expect(remarks('parameters.pth')).toEqual(['The weights are the file’s “model”.']);
    expect(remarks('os_system.pth')).toEqual(['The weights are the file’s “state_dict”.']);
    expect(remarks('whole_module.pth')[0]).toContain('holds a whole module');
  });
});
