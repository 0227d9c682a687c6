/**
 * One axis, down or across, of a convolution that gathers: which source positions a target position sums over. Forward
 * and, taken phase by phase, the input's gradient differ in these numbers only.
 */
import type { ConvGeometry } from '../../../plan/geometry.ts';

export interface Axis {
  /** Target positions: i = 0 … count - 1 is `targetFirst + i · targetStep`. */
  readonly count: number;
  readonly targetFirst: number;
  readonly targetStep: number;
  /** Tap j of target i reads the source at `sourceFirst + i · sourceStep + j · tapStep`, if there is such a position. */
  readonly sourceFirst: number;
  readonly sourceStep: number;
  readonly tapStep: 1 | -1;
  readonly sourceLength: number;
  /** Tap j is the kernel's row or column `kernelFirst + j · kernelStep`. */
  readonly taps: number;
  readonly kernelFirst: number;
  readonly kernelStep: number;
}

export const forwardAxis = (
  { kernel, stride, padding }: ConvGeometry,
  inLength: number,
  outLength: number,
): Axis => ({
  count: outLength,
  targetFirst: 0,
  targetStep: 1,
  sourceFirst: -padding,
  sourceStep: stride,
  tapStep: 1,
  sourceLength: inLength,
  taps: kernel,
  kernelFirst: 0,
  kernelStep: 1,
});

/**
 * Input positions `phase`, `phase + stride`, …: position y is read through tap k by output (y + padding - k) / stride,
 * where that is whole; of a phase the taps `stride` apart.
 */
export function gradientAxis(
  { kernel, stride, padding }: ConvGeometry,
  phase: number,
  inLength: number,
  outLength: number,
): Axis {
  const kernelFirst = (phase + padding) % stride;
  return {
    count: Math.max(0, Math.ceil((inLength - phase) / stride)),
    targetFirst: phase,
    targetStep: stride,
    sourceFirst: (phase + padding - kernelFirst) / stride,
    sourceStep: 1,
    tapStep: -1,
    sourceLength: outLength,
    taps: Math.max(0, Math.ceil((kernel - kernelFirst) / stride)),
    kernelFirst,
    kernelStep: stride,
  };
}

/** Targets `from` … `to` - 1, for which taps `firstTap` … `endTap` - 1 lie within the source and the others do not. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly firstTap: number;
  readonly endTap: number;
}

function tapsAt(axis: Axis, target: number): { firstTap: number; endTap: number } {
  const reached = Array.from({ length: axis.taps }, (_, tap) => tap).filter((tap) => {
    const source = axis.sourceFirst + target * axis.sourceStep + tap * axis.tapStep;
    return source >= 0 && source < axis.sourceLength;
  });
  return { firstTap: reached[0] ?? 0, endTap: (reached.at(-1) ?? -1) + 1 };
}

/** The axis cut into stretches of equal taps. */
export function segmentsOf(axis: Axis): Segment[] {
  const segments: Segment[] = [];
  for (let target = 0; target < axis.count; target++) {
    const taps = tapsAt(axis, target);
    const last = segments.at(-1);
    if (last !== undefined && last.firstTap === taps.firstTap && last.endTap === taps.endTap) {
      segments[segments.length - 1] = { ...last, to: target + 1 };
    } else {
      segments.push({ from: target, to: target + 1, ...taps });
    }
  }
  return segments;
}
