/** A source that calls itself CIFAR-10 and may be out of reach; 20 training and 10 test images of noise, ten a chunk. */
import { DataError } from '../../data/dataError.ts';
import { IMAGE_BYTES, type Source } from '../../data/types.ts';

export const cifarLike = (isThere: () => boolean): Source => ({
  async open() {
    if (!isThere()) throw new DataError('unavailable', 'The mirror does not answer.');
    const reader = (count: number) => ({
      chunks: Array.from({ length: count / 10 }, (_, i) => ({ start: 10 * i, count: 10 })),
      fetch: async () => async () => ({
        pixels: Uint8Array.from({ length: 10 * IMAGE_BYTES }, (_, i) => (i * i * 37 + i * 11) >> 3),
        labels: Uint16Array.from({ length: 10 }, (_, i) => i),
      }),
    });
    const about = { title: 'CIFAR-10', isCifar10: true, dataset: 'cifar10', sha256: null } as const;
    return {
      description: { ...about, origin: 'hub', citation: null, classNames: [] },
      train: reader(20),
      test: reader(10),
    };
  },
});
