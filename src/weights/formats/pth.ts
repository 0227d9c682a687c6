/**
 * `.pth`: what `torch.save(model.state_dict(), …)` writes since PyTorch 1.6. A zip of stored members: `data.pkl` (an
 * OrderedDict of tensors, pickled), one file a storage under `data/`, and `version`. Read by `torch.load` with
 * `weights_only=True`, which allows nothing but what is used here. What PyTorch doesn't ask for it doesn't read, so
 * the metadata lie beside them as `metadata.json`.
 */
import { strToU8 } from 'fflate';
import { type ExportModel, METADATA_FILE, metadataOf } from '../exportModel.ts';
import { checkNaming, exportName, type Naming } from '../names.ts';
import {
  Call,
  Global,
  Mapping,
  PersistentId,
  type Pickled,
  pickle,
  Tuple,
} from '../pickle/pickleWriter.ts';
import { loadsIntoTorch } from '../snippets/torch.ts';
import { storedZip } from '../zip.ts';
import type { WeightsFormat } from './format.ts';

/** Of every member: PyTorch maps storages into memory. */
const ALIGNMENT = 64;
/** The folder inside the zip; PyTorch takes any. */
const ROOT = 'archive';
/** Of PyTorch's zip format. */
const FORMAT_VERSION = '3\n';

const ORDERED_DICT = new Call(new Global('collections', 'OrderedDict'), new Tuple());
const REBUILD_TENSOR = new Global('torch._utils', '_rebuild_tensor_v2');
const FLOAT_STORAGE = new Global('torch', 'FloatStorage');
const LONG_STORAGE = new Global('torch', 'LongStorage');

interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export const write: WeightsFormat['write'] = (model, options) => {
  checkNaming(model.config.model, options.naming);
  const entries = new Map<string, Pickled>();
  const storages: [string, Uint8Array][] = [];
  for (const [name, tensor] of stateDict(model, options.naming)) {
    const key = `${storages.length}`;
    entries.set(name, pickledTensor(tensor, key));
    const { buffer, byteOffset, byteLength } = tensor.data;
    storages.push([`${ROOT}/data/${key}`, new Uint8Array(buffer, byteOffset, byteLength)]);
  }
  const members = new Map([
    [`${ROOT}/data.pkl`, pickle(new Mapping(ORDERED_DICT, entries))],
    [`${ROOT}/byteorder`, strToU8('little')],
    ...storages,
    [`${ROOT}/version`, strToU8(FORMAT_VERSION)],
    [`${ROOT}/${METADATA_FILE}`, strToU8(JSON.stringify(metadataOf(model, options), null, 2))],
  ]);
  return storedZip(members, ALIGNMENT);
};

export const snippet: WeightsFormat['snippet'] = (context) =>
  loadsIntoTorch(context, {
    install: 'torch',
    imports: [],
    load: [`state = torch.load("${context.fileName}", map_location="cpu", weights_only=True)`],
  });

/** A module's tensors together, running statistics behind its parameters, as `state_dict()` orders them. */
function stateDict(
  { graph, weights, step }: ExportModel,
  naming: Naming,
): Map<string, TorchTensor> {
  const state = new Map<string, TorchTensor>();
  const take = (name: string): void => {
    const tensor = weights.get(name);
    if (tensor !== undefined) state.set(exportName(name, naming), tensor);
  };
  for (const { name, role } of graph.parameters) {
    take(name);
    // A BatchNorm's bias is its last parameter; its buffers follow.
    if (role !== 'normBias') continue;
    const norm = name.slice(0, -'.bias'.length);
    take(`${norm}.running_mean`);
    take(`${norm}.running_var`);
    const batches = { shape: [], data: BigInt64Array.of(BigInt(step)) };
    state.set(exportName(`${norm}.num_batches_tracked`, naming), batches);
  }
  return state;
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)` */
function pickledTensor({ shape, data }: TorchTensor, key: string): Call {
  const type = data instanceof Float32Array ? FLOAT_STORAGE : LONG_STORAGE;
  const storage = new PersistentId(new Tuple('storage', type, key, 'cpu', data.length));
  const strides = new Tuple(...rowMajorStrides(shape));
  return new Call(
    REBUILD_TENSOR,
    new Tuple(storage, 0, new Tuple(...shape), strides, false, ORDERED_DICT),
  );
}

/** In elements. */
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
