/** From PyTorch's layouts to TensorFlow's. */

/** A matrix [rows, columns] as [columns, rows]. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(
    data,
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)] ?? Number.NaN,
  );
}

/** A convolution's weight [outputs, inputs, taps] as [taps, inputs, outputs]; taps are its kernel's rows one by one. */
export function hwio(
  data: Float32Array,
  outputs: number,
  inputs: number,
  taps: number,
): Float32Array {
  return Float32Array.from(data, (_, i) => {
    const output = i % outputs;
    const input = Math.floor(i / outputs) % inputs;
    const tap = Math.floor(i / (outputs * inputs));
    return data[(output * inputs + input) * taps + tap] ?? Number.NaN;
  });
}
