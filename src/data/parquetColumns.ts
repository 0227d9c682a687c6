/** Which columns of a Parquet file hold the images and which their labels, and how. */
import { type FileMetaData, parquetSchema } from 'hyparquet';
import { t } from '../text/t.ts';

type SchemaNode = ReturnType<typeof parquetSchema>;

export interface ImageColumn {
  readonly name: string;
  /** Of the leaf that holds the bytes or numbers, dots between names. */
  readonly path: string;
  /** A struct of `bytes` and `path`, as Hugging Face writes it; the bytes alone; or pixels as nested lists of numbers. */
  readonly kind: 'struct' | 'bytes' | 'numbers';
}

export interface LabelColumn {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'boolean';
  /** What the file itself says that the numbers mean; null: nothing. */
  readonly classNames: readonly string[] | null;
}

export interface Columns {
  readonly image: ImageColumn;
  readonly label: LabelColumn;
}

/** Names in common use, the most likely first. */
const IMAGE_NAMES = [
  ...['image', 'img', 'images', 'pixel', 'pixels', 'pixel_values', 'picture', 'photo'],
  ...['png', 'jpg', 'jpeg', 'webp', 'image_bytes', 'bytes', 'content'],
];
const LABEL_NAMES = [
  ...['label', 'labels', 'fine_label', 'fine_labels', 'class', 'target', 'targets', 'category'],
  ...['class_name', 'label_name', 'class_id', 'label_id', 'cls', 'y', 'coarse_label'],
];
const NUMBERS = ['INT32', 'INT64', 'FLOAT', 'DOUBLE'];

/** @throws Error that says which columns there are */
export function chooseColumns(metadata: FileMetaData): Columns {
  const { children } = parquetSchema(metadata);
  const images = children.flatMap((node) => imageColumn(node) ?? []);
  const image = named(images, IMAGE_NAMES);
  const labels = children
    .filter(({ element }) => element.name !== image?.name)
    .flatMap((node) => labelColumn(node, metadata) ?? []);
  const label = named(labels, LABEL_NAMES);
  if (image !== undefined && label !== undefined) return { image, label };
  const columns = describeColumns(metadata);
  throw new Error(
    image === undefined
      ? t`has no column of images; its columns are ${columns}`
      : t`has no column of labels; its columns are ${columns}`,
  );
}

/** `image {bytes: BYTE_ARRAY, path: STRING}, label: INT64` */
export function describeColumns(metadata: FileMetaData): string {
  const { children } = parquetSchema(metadata);
  const most = 12;
  const described = children.slice(0, most).map(describeNode);
  const names = described.join(', ');
  return children.length > most ? t`${names} and ${children.length - most} more` : names;
}

function describeNode({ element, children }: SchemaNode): string {
  const { name, type, type_length, converted_type, logical_type } = element;
  if (children.length > 0) return `${name} {${children.slice(0, 6).map(describeNode).join(', ')}}`;
  const size = type_length === undefined ? '' : `(${type_length})`;
  return `${name}: ${logical_type?.type ?? converted_type ?? `${type}${size}`}`;
}

/** The one with the likeliest name; without any such name, the only one there is. */
function named<C extends { readonly name: string }>(
  columns: readonly C[],
  names: readonly string[],
): C | undefined {
  for (const name of names) {
    const found = columns.find((column) => column.name.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return columns.length === 1 ? columns[0] : undefined;
}

const isText = ({ element }: SchemaNode): boolean =>
  element.type === 'BYTE_ARRAY' &&
  (element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING');

const isBytes = ({ element }: SchemaNode): boolean =>
  element.type === 'BYTE_ARRAY' || element.type === 'FIXED_LEN_BYTE_ARRAY';

function imageColumn(node: SchemaNode): ImageColumn | null {
  const { name } = node.element;
  const bytes = node.children.find((child) => child.element.name === 'bytes' && isBytes(child));
  if (bytes !== undefined) return { name, path: `${name}.bytes`, kind: 'struct' };
  if (node.children.length === 0) {
    return isBytes(node) && !isText(node) ? { name, path: name, kind: 'bytes' } : null;
  }
  const leaf = leafOf(node);
  const isNumbers = leaf !== null && NUMBERS.includes(leaf.element.type ?? '');
  return isNumbers ? { name, path: leaf.path.join('.'), kind: 'numbers' } : null;
}

/** The leaf below a list of lists; null where there are several leaves. */
function leafOf(node: SchemaNode): SchemaNode | null {
  const [only, ...others] = node.children;
  if (only === undefined) return node;
  return others.length > 0 ? null : leafOf(only);
}

function labelColumn(node: SchemaNode, metadata: FileMetaData): LabelColumn | null {
  const { name, type } = node.element;
  if (node.children.length > 0) return null;
  const isPlainBytes = type === 'BYTE_ARRAY' && !isText(node);
  const isLabelName = LABEL_NAMES.includes(name.toLowerCase());
  if (isText(node) || (isPlainBytes && isLabelName))
    return { name, kind: 'text', classNames: null };
  if (type === 'BOOLEAN') return { name, kind: 'boolean', classNames: null };
  if (!NUMBERS.includes(type ?? '')) return null;
  return { name, kind: 'number', classNames: huggingFaceNames(metadata, name) };
}

/** The `ClassLabel` names that `datasets` writes into its files. */
function huggingFaceNames(metadata: FileMetaData, column: string): readonly string[] | null {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  let value: unknown;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
  for (const key of ['info', 'features', column, 'names']) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = Reflect.get(value, key);
  }
  if (!Array.isArray(value)) return null;
  const names = value.filter((name): name is string => typeof name === 'string');
  return names.length === value.length && names.length > 0 ? names : null;
}
