/** The result of reading a weights file of any format. */
import type { ElementType } from '../../containers/numbers/elementType.ts';

/** A tensor of a file, row-major, rounded to float32 whatever the file holds. */
export interface StoredTensor {
  /** The type in the file. */
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a file that holds whole PyTorch modules says of one of them. */
export interface ModuleFacts {
  /** Its class, `torch.nn.modules.batchnorm.BatchNorm2d`. */
  readonly className: string;
  /** BatchNorm's eps; null for other modules. */
  readonly eps: number | null;
  /** Along the height; null for modules that have none. */
  readonly stride: number | null;
}

/** Tensors that belong together: a state dict, or all that a file holds. */
export interface TensorGroup {
  /** Where in the file it is, `model_ema` or `last.pth: state_dict`; empty for the file itself. */
  readonly path: string;
  /** By their names, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Tensors that cannot be read, and why: `quantised`. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** By path; empty unless the file holds whole modules. */
  readonly modules: ReadonlyMap<string, ModuleFacts>;
  /** What was skipped or converted, one sentence each. */
  readonly remarks: readonly string[];
}

export interface WeightsFile {
  readonly format: string;
  /** At least one. */
  readonly groups: readonly [TensorGroup, ...TensorGroup[]];
  /** What the file says about itself; may be empty. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A file without any structure. */
export const singleGroup = (
  tensors: TensorGroup['tensors'],
  { unreadable = new Map(), remarks = [] }: Partial<TensorGroup> = {},
): TensorGroup => ({ path: '', tensors, unreadable, modules: new Map(), remarks });
