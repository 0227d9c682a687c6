/** What a kernel computes for its layer. An algorithm that needs fewer multiplications is credited with all of them. */
export interface KernelWork {
  /** For people: `3×3 /2, 16 → 32, 32×32`. */
  readonly shape: string;
  /** Floating-point operations of one dispatch; a multiply-add counts two. */
  readonly flops: number;
}

/**
 * One dispatch, as every kernel folder describes it: complete WGSL, what to bind, how many workgroups.
 *
 * Layout of all activations and their gradients: [C, H, W, N], the image index innermost. Neighbouring invocations work
 * on neighbouring images, so every load is contiguous, weights are uniform across a subgroup, padding is a uniform
 * branch, and a channel (what BatchNorm reduces over) is one contiguous stretch.
 *
 * Layout of convolution weights, their gradients and momentum: [I, kernelHeight, kernelWidth, O4] with O4 the output
 * channels rounded up to a multiple of 4 and the surplus zero, so that four output channels are one aligned vec4.
 * A linear layer is the 1×1 case. All other parameters are plain vectors, likewise padded to a multiple of 4.
 */
export interface KernelCall<B> {
  /** Operation and direction, e.g. `convWeightGradient`: the profiler's name for the row. */
  readonly kernel: string;
  /** Written when first asked for: a plan is often made for its sizes alone. */
  readonly code: string;
  /** Entry i is bound at @group(0) @binding(i). */
  readonly bindings: readonly B[];
  readonly workgroups: readonly [number, number, number];
  /** Of all kernels of a convolution; the profiler measures them against the adapter's arithmetic. */
  readonly work?: KernelWork;
}

/** A call whose WGSL `code` writes when it is first asked for. */
export function kernelCall<B>({
  code,
  ...call
}: Omit<KernelCall<B>, 'code'> & { readonly code: () => string }): KernelCall<B> {
  let text: string | null = null;
  return {
    ...call,
    get code() {
      text ??= code();
      return text;
    },
  };
}

/** Names and values to prepend to a `.wgsl` file as `const` declarations: booleans, u32 (default) or f32. */
export type Constants = Readonly<Record<string, number | boolean | { readonly f32: number }>>;

/**
 * For kernels that use subgroups: the extension; and control flow is trusted to be the same for a whole subgroup, since
 * the compiler cannot see that loop bounds are.
 */
export const SUBGROUP_DIRECTIVES = 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n';

/**
 * Declares `constants` in front of `source`, so that the compiler folds every shape and branch.
 * @param directives stand before all else.
 */
export function withConstants(constants: Constants, source: string, directives = ''): string {
  const lines = Object.entries(constants).map(([name, value]) => {
    if (typeof value === 'boolean') return `const ${name}: bool = ${value};`;
    if (typeof value === 'number') {
      if (!Number.isInteger(value) || value < 0)
        throw new RangeError(`${name} = ${value} is no u32`);
      return `const ${name}: u32 = ${value}u;`;
    }
    return `const ${name}: f32 = f32(${value.f32});`;
  });
  return `${directives}${lines.join('\n')}\n${source}`;
}

export const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);
