/** What a thread is told, and what it answers. */
export interface Job {
  /** Of the parser. */
  readonly name: string;
  readonly seed: number;
  /** Inputs `first` … `first + count - 1`. */
  readonly first: number;
  readonly count: number;
  /** An Int32Array of one element: the input under way. */
  readonly position: SharedArrayBuffer;
}

export interface Outcome {
  read: number;
  refused: number;
  crashCount?: number;
  /** One of each kind. */
  crashes: { readonly input: number; readonly text: string }[];
  /** Most memory in use beyond what there was at the start. */
  mostBytes: number;
  slowestMs: number;
}
