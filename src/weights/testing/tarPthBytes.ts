/** Files of PyTorch 0.1, which were tar files, for tests. */
import {
  type Code,
  dict,
  global,
  int,
  LIST,
  NONE,
  PERSID,
  pickled,
  text,
  tuple,
} from './pickleBytes.ts';
import { tarOf } from '../../containers/testing/tarBytes.ts';

interface Float32Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const FLOATS = global('torch', 'FloatStorage');
const i64 = (...values: readonly number[]): Uint8Array =>
  new Uint8Array(BigInt64Array.from(values, BigInt).buffer);

/** Each tensor in a storage of its own. */
export function tarPth(tensors: readonly Float32Tensor[]): Uint8Array {
  const count = pickled(int(tensors.length));
  const storages = tensors.flatMap(({ data }, key) => [
    ...pickled(tuple(int(key), text('cpu'), FLOATS)),
    ...i64(data.length),
    ...new Uint8Array(data.buffer),
  ]);
  const views = tensors.flatMap(({ shape }, key) => [
    ...pickled(tuple(int(1000 + key), int(key), global('torch', 'FloatTensor'))),
    ...new Uint8Array(Int32Array.of(shape.length, 0).buffer),
    ...i64(...shape, ...shape.map((_, d) => product(shape.slice(d + 1))), 0),
  ]);
  const entries = tensors.map(({ name }, key): readonly [Code, Code] => [
    text(name),
    [...int(1000 + key), ...PERSID],
  ]);
  return tarOf({
    sys_info: pickled(NONE),
    pickle: pickled(dict(...entries)),
    tensors: Uint8Array.from([...count, ...views]),
    storages: Uint8Array.from([...count, ...storages, ...pickled(LIST)]),
  });
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
