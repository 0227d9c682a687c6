/** TensorFlow's GraphDef as JSON: its nodes and attributes, and a builder that collects them. */

/** A node of a TensorFlow GraphDef; its inputs are other nodes' names. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, TfAttribute>>;
}

/** In the JSON form of protocol buffers: 64-bit integers are text, bytes base64. */
type TfAttribute =
  | { readonly type: TfType }
  | { readonly s: string }
  | { readonly b: boolean }
  | { readonly f: number }
  | { readonly i: string }
  | { readonly list: { readonly i: readonly string[] } }
  | { readonly shape: TfShape }
  | { readonly tensor: { readonly dtype: TfType; readonly tensorShape: TfShape } };

type TfType = 'DT_FLOAT' | 'DT_INT32';
interface TfShape {
  readonly dim: readonly { readonly size: string }[];
}

/** A constant of the graph; its bytes are in the shards. */
export interface TfWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export class TfBuilder {
  readonly nodes: TfNode[] = [];
  readonly weights = new Map<string, TfWeight>();

  /** @returns `name` */
  add(
    op: string,
    name: string,
    input: readonly string[],
    attr: Readonly<Record<string, TfAttribute>> = {},
  ): string {
    this.nodes.push({ name, op, input, attr: { T: FLOAT, ...attr } });
    return name;
  }

  /** @returns the constant's name */
  constant({ name, shape, data }: TfWeight): string {
    if (this.weights.has(name)) return name;
    this.weights.set(name, { name, shape, data });
    const dtype: TfType = data instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32';
    const tensor = { dtype, tensorShape: tfShape(shape) };
    const attr = { dtype: { type: dtype }, value: { tensor } };
    this.nodes.push({ name, op: 'Const', input: [], attr });
    return name;
  }

  scalar(name: string, value: number): string {
    return this.constant({ name, shape: [], data: Float32Array.of(value) });
  }

  integers(name: string, shape: readonly number[], ...values: readonly number[]): string {
    return this.constant({ name, shape, data: Int32Array.from(values) });
  }
}

export const FLOAT = { type: 'DT_FLOAT' } as const;
export const INT = { type: 'DT_INT32' } as const;
export const NHWC = { s: btoa('NHWC') };
export const list = (...values: readonly number[]) => ({ list: { i: values.map(String) } });
export const tfShape = (shape: readonly number[]): TfShape => ({
  dim: shape.map((size) => ({ size: `${size}` })),
});
