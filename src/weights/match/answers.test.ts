/** What a file leaves open, and what one says to it. */
import { describe, expect, it } from 'vitest';
import { inspect } from './inspect.ts';
import { A, answer, fileOf, tensorsOf } from './testing/foreignFiles.ts';

describe('answers', () => {
  it('change the config, are checked, and stay within the run config’s fields', () => {
    const file = fileOf(tensorsOf(A));
    const { config, open } = inspect(
      file,
      answer({
        'model.paddingA': 'end',
        'model.batchNormEps': 0.001,
        'data.mean': [0.5, 0.5, 0.5],
        'data.std': [0.5, 0.5, 0.5],
      }),
    );
    expect(config?.model).toMatchObject({ paddingA: 'end', batchNormEps: 0.001 });
    expect(config?.data).toMatchObject({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    expect(config?.data.normalizationSource).toBeUndefined();
    expect(open.find(({ field }) => field === 'model.paddingA')?.assumed).toBe('end');
    expect(() => inspect(file, answer({ 'model.paddingA': 'left' }))).toThrow('model.paddingA');
    expect(() => inspect(file, answer({ 'model.padding': 'end' }))).toThrow(
      'There is no such field',
    );
    for (const field of ['__proto__.x', 'model', 'constructor.name', 'model.a.b']) {
      expect(() => inspect(file, answer({ [field]: 1 })), field).toThrow('there is no such field');
    }
  });

  it('a file that says nothing is not taken for CIFAR’s', () => {
    const { config, normalization } = inspect(fileOf(tensorsOf(A)));
    expect(normalization.source).toBe('assumed');
    expect(config?.data.normalizationSource).toBe('assumed');
  });
});
