/** Windows, strides and padding of [N, H, W, C] tensors, out of ops that every backend has. */
import {
  concat,
  pad,
  type Rank,
  reshape,
  slice,
  stridedSlice,
  type Tensor,
  type Tensor4D,
  zeros,
} from '@tensorflow/tfjs-core';

export const reshape2D = (x: Tensor, shape: [number, number]) => reshape<Rank.R2>(x, shape);
export const reshape4D = (x: Tensor, shape: [number, number, number, number]) =>
  reshape<Rank.R4>(x, shape);

const is4D = (x: Tensor): x is Tensor4D => x.rank === 4;

/** @throws Error when it is not [N, H, W, C]. */
export function as4D(x: Tensor): Tensor4D {
  if (!is4D(x)) throw new Error(`a tensor [${x.shape}] where [N, H, W, C] is needed`);
  return x;
}

/** `value` around height and width, `size` pixels wide. */
export function padSpatial(x: Tensor4D, size: number, value = 0): Tensor4D {
  const sides: [number, number] = [size, size];
  return pad(x, [[0, 0], sides, sides, [0, 0]], value);
}

/** Rows top, top + stride, … and columns likewise, `height` and `width` of them. */
export function sampleSpatial(
  x: Tensor4D,
  [top, left]: readonly [number, number],
  [height, width]: readonly [number, number],
  stride: number,
): Tensor4D {
  const [batch, , , channels] = x.shape;
  if (stride === 1) return slice(x, [0, top, left, 0], [batch, height, width, channels]);
  const end = [batch, top + (height - 1) * stride + 1, left + (width - 1) * stride + 1, channels];
  return reshape4D(stridedSlice(x, [0, top, left, 0], end, [1, stride, stride, 1]), [
    batch,
    height,
    width,
    channels,
  ]);
}

/**
 * The transpose of sampling from (0, 0): pixel (i, j) goes to (i·stride, j·stride) of a map of zeros of the given size,
 * which is at most `stride` times that of `x`.
 */
export function spreadSpatial(
  x: Tensor4D,
  [height, width]: readonly [number, number],
  stride: number,
): Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  let spread = x;
  if (stride > 1) {
    const pixels = reshape2D(x, [batch * rows * columns, channels]);
    const lines = reshape2D(spaced(pixels, stride), [batch * rows, columns * stride * channels]);
    spread = reshape4D(spaced(lines, stride), [batch, rows * stride, columns * stride, channels]);
  }
  return slice(spread, [0, 0, 0, 0], [batch, height, width, channels]);
}

/** [rows, n] to [rows, stride · n]: each row followed by zeros. */
function spaced(rows: Tensor, stride: number): Tensor {
  const [count = 0, length = 0] = rows.shape;
  return concat([rows, zeros([count, (stride - 1) * length])], 1);
}
