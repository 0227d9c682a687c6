/** A file's tensors as the modules that they are parameters of, under plain names. */
import { isFloatType } from '../../containers/numbers/elementType.ts';
import type { StoredTensor } from '../read/weightsFile.ts';

/** A tensor and what the file calls it. */
export interface NamedTensor {
  readonly fileName: string;
  readonly tensor: StoredTensor;
}

export interface FileModule {
  /** Its path, `layer1.0.conv1`. */
  readonly path: string;
  readonly kind: 'conv' | 'norm' | 'linear' | 'other';
  /** By the last part of their names, `running_mean`. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Of its weight. */
  readonly shape: readonly number[];
}

/** What `DataParallel` and `torch.compile` add to the paths of what they wrap. */
const WRAPPERS: ReadonlySet<string> = new Set(['module', '_orig_mod']);
const LAYER = new Set(['weight', 'bias']);
/** Tensors of each kind; null: any. */
const LEAVES: Readonly<Record<FileModule['kind'], ReadonlySet<string> | null>> = {
  ...{ conv: LAYER, linear: LAYER, other: null },
  norm: new Set([...LAYER, 'running_mean', 'running_var', 'num_batches_tracked']),
};

/**
 * The tensors by plain names, in the file's order: wrappers' parts are left out, and slashes become dots. Names that
 * would then be the same stay as they are.
 */
export function plainNames(
  tensors: ReadonlyMap<string, StoredTensor>,
): ReadonlyMap<string, NamedTensor> {
  const plain = [...tensors].map(([fileName, tensor]) => ({
    name: plainName(fileName),
    named: { fileName, tensor },
  }));
  const counts = new Map<string, number>();
  for (const { name } of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    plain.map(({ name, named }) => [counts.get(name) === 1 ? name : named.fileName, named]),
  );
}

function plainName(name: string): string {
  const parts = name.split(/[./]/);
  return parts.filter((part, i) => i === parts.length - 1 || !WRAPPERS.has(part)).join('.');
}

/** Groups tensors by module, in the order in which modules first appear. */
export function modulesOf(tensors: Iterable<readonly [string, NamedTensor]>): FileModule[] {
  const leaves = new Map<string, Map<string, NamedTensor>>();
  for (const [name, tensor] of tensors) {
    const dot = name.lastIndexOf('.');
    const path = name.slice(0, Math.max(0, dot));
    const module = leaves.get(path) ?? new Map<string, NamedTensor>();
    module.set(name.slice(dot + 1), tensor);
    leaves.set(path, module);
  }
  return [...leaves].flatMap(([path, own]) => {
    const kind = kindOf(own);
    const known = LEAVES[kind];
    const rest = [...own].filter(([leaf]) => known !== null && !known.has(leaf));
    const parts = new Map([...own].filter(([leaf]) => known === null || known.has(leaf)));
    const shape = (own.get('weight') ?? own.get('running_mean'))?.tensor.shape ?? [];
    const module: FileModule = { path, kind, tensors: parts, shape };
    // What else a layer has is no part of one here.
    const other: FileModule = { path, kind: 'other', tensors: new Map(rest), shape: [] };
    return rest.length === 0 ? [module] : [module, other];
  });
}

function kindOf(tensors: ReadonlyMap<string, NamedTensor>): FileModule['kind'] {
  const weight = tensors.get('weight')?.tensor;
  if (weight?.shape.length === 4) return 'conv';
  if (weight?.shape.length === 2) return 'linear';
  const vector = weight ?? tensors.get('running_mean')?.tensor;
  const isNorm = tensors.has('bias') || tensors.has('running_mean');
  const isVector = vector?.shape.length === 1 && isFloatType(vector.dtype);
  return isVector && isNorm ? 'norm' : 'other';
}

/** Paths and names with numbers in them, in the order of the numbers. */
export function naturalOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Whether a file was written with its names sorted, so that their order says nothing. */
export function isSorted(names: readonly string[]): boolean {
  return names.length > 2 && names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name);
}
