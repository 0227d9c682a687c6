/** The result of reading a weights file of any format. */
import type { ElementType } from './elementType.ts';

/** A tensor of a file, row-major, rounded to float32 whatever the file holds. */
export interface StoredTensor {
  /** The type in the file. */
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface WeightsFile {
  readonly format: string;
  /** By their names in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What the file says about itself; may be empty. */
  readonly metadata: ReadonlyMap<string, string>;
  /** What was skipped or converted, one sentence each. */
  readonly remarks: readonly string[];
}
