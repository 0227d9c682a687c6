/** The shapes of what slides a window over images. Every engine computes these the same way. */

const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);

/** A convolution with square kernel, stride and zero padding. A linear layer is the 1×1 case on 1×1 images. */
export interface ConvGeometry {
  readonly batch: number;
  readonly inChannels: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outChannels: number;
  /** Height and width of the kernel. */
  readonly kernel: number;
  readonly stride: number;
  /** Zeros around the input, on each side. */
  readonly padding: number;
}

const outLength = (
  inLength: number,
  { kernel, stride, padding }: Pick<ConvGeometry, 'kernel' | 'stride' | 'padding'>,
): number => Math.floor((inLength + 2 * padding - kernel) / stride) + 1;

export const outHeight = (shape: ConvGeometry): number => outLength(shape.inHeight, shape);
export const outWidth = (shape: ConvGeometry): number => outLength(shape.inWidth, shape);

/** Whether it is a linear layer. */
export const isLinear = (shape: ConvGeometry): boolean =>
  shape.kernel === 1 && outHeight(shape) * outWidth(shape) === 1;

/** Multiply-adds of one direction for the whole batch, those with the zero padding included. */
export const macs = (shape: ConvGeometry): number =>
  shape.batch *
  shape.inChannels *
  shape.outChannels *
  shape.kernel ** 2 *
  outHeight(shape) *
  outWidth(shape);

/** `3×3 /2, 16 → 32, 32×32` */
export const convText = (shape: ConvGeometry): string =>
  `${shape.kernel}×${shape.kernel} /${shape.stride}, ${shape.inChannels} → ${shape.outChannels}, ${shape.inHeight}×${shape.inWidth}`;

/** Length of the weights with their padded output channels, [I, kernel, kernel, O4]. */
export const weightLength = (shape: ConvGeometry): number =>
  shape.inChannels * shape.kernel ** 2 * 4 * ceilDiv(shape.outChannels, 4);

/** Floats of the input [I, H, W, N] and the output [O, outHeight, outWidth, N], or of their gradients. */
export const activationLengths = (shape: ConvGeometry): { input: number; output: number } => ({
  input: shape.inChannels * shape.inHeight * shape.inWidth * shape.batch,
  output: shape.outChannels * outHeight(shape) * outWidth(shape) * shape.batch,
});

/** Max-pooling with square window, stride and padding. */
export interface PoolGeometry {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Height and width of the output. */
export const poolOutput = (shape: PoolGeometry): { height: number; width: number } => ({
  height: outLength(shape.height, shape),
  width: outLength(shape.width, shape),
});
