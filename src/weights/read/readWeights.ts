/** Every format that weights are read from. A new one is a file in this folder and an entry here. */
import { readSafetensors } from '../readSafetensors.ts';
import { LENGTH_BYTES, type SafetensorsFile } from '../safetensors.ts';
import { WeightsError } from '../weightsError.ts';
import { gather, isElementType, packedStrides } from '../../containers/numbers/elementType.ts';
import { WEIGHTS_EXTENSIONS } from './extensions.ts';
import { ContainerError, mebibytes } from '../../containers/containerError.ts';
import { gunzip, isGzip } from '../../containers/gzip.ts';
import { isLegacyPth, isPickle, readLegacyPth, readPlainPickle } from './legacyPth.ts';
import { MAX_NESTING, mostUnpacked } from '../../containers/limits.ts';
import { MAX_FILE_BYTES, zipLimits } from './limits.ts';
import { isNpy } from './npy.ts';
import { isNpz, readNpyFile, readNpz } from './readNpz.ts';
import { isOnnx, readOnnx } from './readOnnx.ts';
import { pickleRoot, readPth } from './readPth.ts';
import { strangerName } from './strangers.ts';
import { isTar, type TarMember, tarMembers } from '../../containers/tar.ts';
import { isTarPth, readTarPth } from './tarPth.ts';
import { singleGroup, type StoredTensor, type WeightsFile } from './weightsFile.ts';
import { isZip } from '../../containers/zip/directory.ts';
import { ZipFile } from '../../containers/zip/zipFile.ts';
import { t } from '../../text/t.ts';

interface Content {
  readonly bytes: Uint8Array;
  /** The file as a zip file; null if it does not start like one. */
  readonly zip: ZipFile | null;
  /** The files of a tar file; null if it is none. */
  readonly tar: readonly TarMember[] | null;
}

/** Reads its own format, recognised by the file's content and not by its name; null for any other. */
type Reader = (content: Content) => WeightsFile | null;

const READERS: readonly Reader[] = [
  ({ zip }) => (zip !== null && pickleRoot(zip) !== null ? readPth(zip) : null),
  ({ zip }) => (zip !== null && isNpz(zip) ? readNpz(zip) : null),
  ({ tar }) => (tar !== null && isTarPth(tar) ? readTarPth(tar) : null),
  ({ bytes }) => (isLegacyPth(bytes) ? readLegacyPth(bytes) : null),
  ({ bytes }) => (isSafetensors(bytes) ? fromSafetensors(readSafetensors(bytes)) : null),
  ({ bytes }) => (isNpy(bytes) ? readNpyFile(bytes) : null),
  ({ bytes }) => (isOnnx(bytes) ? readOnnx(bytes) : null),
  ({ bytes }) => (isPickle(bytes) ? readPlainPickle(bytes) : null),
];

/** The header's length, then its first brace. */
const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] === '{'.charCodeAt(0) && bytes[7] === 0;

const READABLE = t`safetensors, PyTorch (.pth), NumPy (.npz) and ONNX files can be read`;
/**
 * Reads a weights file of any known format, recognised by its content, also one within an archive. Nothing in it is
 * executed or trusted unchecked.
 * @throws WeightsError naming the fault.
 */
export const readWeights = (bytes: Uint8Array): WeightsFile =>
  readNested(bytes, 0, mostUnpacked(bytes.length));

/** @param most bytes that archives may unpack to, which hold the more in vain the deeper they are nested. */
function readNested(bytes: Uint8Array, depth: number, most: number): WeightsFile {
  try {
    return readContent(bytes, depth, most);
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    throw new WeightsError(error.message, { cause: error });
  }
}

function readContent(bytes: Uint8Array, depth: number, most: number): WeightsFile {
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(bytes.length);
  if (isGzip(bytes) && depth < MAX_NESTING) {
    const unpacked = gunzip(bytes, Math.min(most, mostUnpacked(bytes.length)));
    return readNested(unpacked, depth + 1, most);
  }
  const zip = isZip(bytes) ? new ZipFile(bytes, zipLimits(most)) : null;
  const tar = isTar(bytes) ? tarMembers(bytes) : null;
  for (const read of READERS) {
    const file = read({ bytes, zip, tar });
    if (file !== null) return file;
  }
  const members =
    zip?.names.map((name) => ({ name, read: () => zip.read(name) })) ??
    tar?.map(({ name, bytes: content }) => ({ name, read: () => content }));
  if (members !== undefined) {
    const inner = depth < MAX_NESTING ? readMembers(members, depth + 1, most) : null;
    if (inner !== null) return inner;
    throw new WeightsError(t`this is an archive without tensors; ${READABLE}`);
  }
  if (bytes.length <= LENGTH_BYTES)
    throw new WeightsError(t`a file of ${bytes.length} bytes holds no weights`);
  throw new WeightsError(t`this is ${strangerName(bytes)}; ${READABLE}`);
}

/**
 * The weights files in an archive, as one; null if there are none.
 * @throws WeightsError if none of them can be read.
 */
function readMembers(
  members: readonly { readonly name: string; read(): Uint8Array }[],
  depth: number,
  most: number,
): WeightsFile | null {
  const isHidden = (name: string) => /(^|\/)(\.|__MACOSX\/)/.test(name);
  const files = members.filter(({ name }) => !isHidden(name));
  const named = files.filter(({ name }) =>
    WEIGHTS_EXTENSIONS.some((extension) => name.toLowerCase().endsWith(extension)),
  );
  const read: WeightsFile[] = [];
  let failure: WeightsError | null = null;
  for (const { name, read: content } of named.length > 0 ? named : files.slice(0, 1)) {
    try {
      const file = readNested(content(), depth, most);
      const [first, ...others] = file.groups.map((group) => ({
        ...group,
        path: group.path === '' ? name : `${name}: ${group.path}`,
      }));
      if (first !== undefined) read.push({ ...file, groups: [first, ...others] });
    } catch (error) {
      if (!(error instanceof WeightsError)) throw error;
      failure ??= new WeightsError(t`${JSON.stringify(name)} in it: ${error.message}`);
    }
  }
  const [first, ...others] = read;
  if (first === undefined) {
    if (named.length > 0 && failure !== null) throw failure;
    return null;
  }
  const [group, ...groups] = first.groups;
  return { ...first, groups: [group, ...groups, ...others.flatMap((file) => file.groups)] };
}

export const tooLarge = (bytes: number): WeightsError =>
  new WeightsError(t`the file takes ${mebibytes(bytes)} (${mebibytes(MAX_FILE_BYTES)} at most)`);

/** A safetensors file with every tensor as float32. */
function fromSafetensors({ tensors, metadata }: SafetensorsFile): WeightsFile {
  const read = new Map<string, StoredTensor>();
  const unreadable = new Map<string, string>();
  for (const [name, { dtype, shape, data }] of tensors) {
    if (data instanceof Float32Array) read.set(name, { dtype: 'F32', shape, data });
    else if (isElementType(dtype)) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const layout = { offset: 0, shape, strides: packedStrides(shape) };
      read.set(name, { dtype, shape, data: gather(dtype, bytes, layout) });
    } else unreadable.set(name, t`of type ${dtype}`);
  }
  return { format: 'safetensors', groups: [singleGroup(read, { unreadable })], metadata };
}
