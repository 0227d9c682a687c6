/**
 * How activations and their gradients lie in memory. Kernels compute in single precision however that is: they convert
 * what they load, `f32(x[i])`, and what they store, `x[i] = toStored(value)`. Weights, moments, sums and whatever else
 * is small stays single.
 */
import rounded from './rounded.wgsl?raw';

/**
 * - `single`: float32.
 * - `half`: float16, for devices with `shader-f16`.
 * - `rounded`: float32 that holds only what float16 can, the same values as `half` gives. It saves nothing: it lets half
 *   precision be tested, bit by bit, where there is no `shader-f16`. No adapter's traits ask for it.
 */
export type Storage = 'single' | 'half' | 'rounded';

/** How the elements of a tensor are written. */
export interface TensorFormat {
  readonly storage: Storage;
  /**
   * A tensor of gradients is written times this power of two. Gradients of single images are so small that float16 would
   * round them to 0, or keep a few bits of them; its upper end they would never reach.
   */
  readonly gradientScale: number;
}

export const SINGLE: TensorFormat = { storage: 'single', gradientScale: 1 };

/** Of a tensor, up to a multiple of 4: what can be bound. */
export const bytesOf = ({ storage }: TensorFormat, elements: number): number =>
  storage === 'half' ? 4 * Math.ceil(elements / 2) : 4 * elements;

/** Text before a kernel: directives come first of all, declarations before its own. */
export interface StoragePrelude {
  readonly directives: string;
  readonly declarations: string;
}

/**
 * Per name, say `Stored`, an element's type in memory, and the function `toStored` that makes one of an f32. The other
 * way round is `f32(element)`, or `vec4f(elements)` of a `vec4<Stored>`.
 * @param formats by name; left out: single.
 */
export function storagePrelude(
  formats: Readonly<Record<string, TensorFormat | undefined>>,
): StoragePrelude {
  const storages = Object.entries(formats).map(
    ([name, format = SINGLE]) => [name, format.storage] as const,
  );
  const has = (wanted: Storage) => storages.some(([, storage]) => storage === wanted);
  const declarations = storages.map(([name, storage]) => {
    const { type, conversion } = WGSL[storage];
    return `alias ${name} = ${type};\nfn to${name}(x: f32) -> ${name} { return ${conversion}; }\n`;
  });
  return {
    directives: has('half') ? 'enable f16;\n' : '',
    declarations: [has('rounded') ? rounded : '', ...declarations].join(''),
  };
}

const WGSL: Readonly<Record<Storage, { readonly type: string; readonly conversion: string }>> = {
  single: { type: 'f32', conversion: 'x' },
  half: { type: 'f16', conversion: 'f16(x)' },
  rounded: { type: 'f32', conversion: 'rounded(x)' },
};
