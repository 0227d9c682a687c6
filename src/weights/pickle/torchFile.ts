/**
 * What `torch.save` writes since PyTorch 1.6: an uncompressed zip with `data.pkl` (any value, pickled), one file per
 * storage under `data/`, and `version`. `torch.load` reads it with `weights_only=True`: only what that allows is used.
 */
import { strToU8 } from 'fflate';
import { storedZip } from '../zip.ts';
import {
  Call,
  Global,
  Mapping,
  PersistentId,
  type Pickled,
  pickle,
  Tuple,
} from './pickleWriter.ts';

/** Alignment of every member, in bytes: PyTorch maps storages into memory. */
const ALIGNMENT = 64;
/** The folder inside the zip; PyTorch accepts any. */
const ROOT = 'archive';
/** Version of PyTorch's zip format. */
const FORMAT_VERSION = '3\n';

const ORDERED_DICT = new Call(new Global('collections', 'OrderedDict'), new Tuple());
const REBUILD_TENSOR = new Global('torch._utils', '_rebuild_tensor_v2');

/** PyTorch's storage class for such numbers. */
function storageType(data: TorchTensor['data']): Global {
  if (data instanceof Float32Array) return new Global('torch', 'FloatStorage');
  return new Global('torch', data instanceof Float64Array ? 'DoubleStorage' : 'LongStorage');
}

export interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array;
}

/** An `OrderedDict` of these items. */
export const orderedDict = (entries: ReadonlyMap<string, Pickled>): Mapping =>
  new Mapping(ORDERED_DICT, entries);

/** A plain dict of these items. */
export const dict = (entries: Iterable<readonly [string | number, Pickled]>): Mapping =>
  new Mapping('dict', new Map(entries));

export class TorchFile {
  readonly #storages: [string, Uint8Array][] = [];

  /** The tensor as it appears in the pickle; its numbers, row-major, get a storage of their own. */
  tensor({ shape, data }: TorchTensor): Call {
    const key = `${this.#storages.length}`;
    const { buffer, byteOffset, byteLength } = data;
    this.#storages.push([`${ROOT}/data/${key}`, new Uint8Array(buffer, byteOffset, byteLength)]);
    const id = new Tuple('storage', storageType(data), key, 'cpu', data.length);
    const strides = new Tuple(...rowMajorStrides(shape));
    // _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)
    const args = new Tuple(
      new PersistentId(id),
      0,
      new Tuple(...shape),
      strides,
      false,
      ORDERED_DICT,
    );
    return new Call(REBUILD_TENSOR, args);
  }

  /**
   * The file that `torch.load` reads as `value`.
   * @param beside further members by name, which PyTorch ignores.
   */
  write(value: Pickled, beside: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
    const extra = Object.entries(beside);
    const members = new Map([
      [`${ROOT}/data.pkl`, pickle(value)],
      [`${ROOT}/byteorder`, strToU8('little')],
      ...this.#storages,
      [`${ROOT}/version`, strToU8(FORMAT_VERSION)],
      ...extra.map(([name, text]) => [`${ROOT}/${name}`, strToU8(text)] as const),
    ]);
    return storedZip(members, ALIGNMENT);
  }
}

/** Strides in elements. */
function rowMajorStrides(shape: readonly number[]): number[] {
  let stride = 1;
  return shape
    .toReversed()
    .map((length) => {
      const own = stride;
      stride *= length;
      return own;
    })
    .reverse();
}
