/** PyTorch's layouts and this engine's: filters OIHW and [k, k, in, out], linear layers [out, in] and [in, out]. */
import { clone, type Tensor as DeviceTensor, tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import type { Tensor } from '../../model/graph.ts';

const UPLOAD: Readonly<Record<number, number[]>> = { 2: [1, 0], 4: [2, 3, 1, 0] };
const DOWNLOAD: Readonly<Record<number, number[]>> = { 2: [1, 0], 4: [3, 2, 0, 1] };

/** Onto the backend, in this engine's layout. */
export function upload({ shape, data }: Tensor): DeviceTensor {
  return tidy(() => turned(tensor(data, [...shape]), UPLOAD));
}

/** To the CPU, in PyTorch's layout. */
export async function download(value: DeviceTensor): Promise<Tensor> {
  const original = tidy(() => turned(value, DOWNLOAD));
  try {
    const data = await original.data<'float32'>();
    // Some backends hand out views of their own memory.
    return { shape: original.shape, data: Float32Array.from(data) };
  } finally {
    original.dispose();
  }
}

function turned(value: DeviceTensor, orders: Readonly<Record<number, number[]>>): DeviceTensor {
  const order = orders[value.rank];
  return order === undefined ? clone(value) : transpose(value, order);
}
