/** What any weights file is read into. */
import type { ElementType } from './elementType.ts';

/** A tensor of a file, row-major, rounded to float32 whatever the file holds. */
export interface StoredTensor {
  /** As in the file. */
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
  /** What was passed over or converted, a sentence each. */
  readonly remarks: readonly string[];
}
