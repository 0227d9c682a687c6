/** Convolutions whose input channels come last, [out, height, width, in], as MLX keeps them. */
import type { StoredTensor } from '../read/weightsFile.ts';
import type { NamedTensor } from './fileModules.ts';
import { t } from '../../text/t.ts';

export interface ChannelOrder {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly repairs: readonly string[];
}

/**
 * The tensors with input channels first, as in PyTorch. One convolution that can only be read one way decides for all.
 * Files of TensorFlow and JAX, [height, width, in, out], stay as they are.
 */
export function channelsFirst(tensors: ReadonlyMap<string, NamedTensor>): ChannelOrder {
  const votes = [...tensors.values()].map(({ tensor: { shape } }) => {
    const [, a = 0, b = 0, c = 0] = shape;
    if (shape.length !== 4) return 0;
    if (b === c && (a !== b || a > 7)) return -1;
    return a === b && (a === 1 || a === 3 || a === 7) && c !== b ? 1 : 0;
  });
  const isLast = votes.some((vote) => vote > 0) && !votes.some((vote) => vote < 0);
  if (!isLast) return { tensors, repairs: [] };
  const turned = [...tensors].map(([name, named]): [string, NamedTensor] => [
    name,
    named.tensor.shape.length === 4 ? { ...named, tensor: withChannelsFirst(named.tensor) } : named,
  ]);
  return {
    tensors: new Map(turned),
    repairs: [t`Convolutions store their input channels last, as in MLX; they were moved first.`],
  };
}

function withChannelsFirst({ dtype, shape, data }: StoredTensor): StoredTensor {
  const [out = 0, height = 0, width = 0, inner = 0] = shape;
  const turned = new Float32Array(data.length);
  let to = 0;
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < inner; i++) {
      for (let pixel = 0; pixel < height * width; pixel++) {
        turned[to] = data[(o * height * width + pixel) * inner + i] ?? 0;
        to++;
      }
    }
  }
  return { dtype, shape: [out, inner, height, width], data: turned };
}
