/** Why bottlenecks exist: the paper's own arithmetic (He et al. 2015, §4.1 "Deeper bottleneck architectures", fig. 5). */
import { BOTTLENECK_EXPANSION } from './block.ts';

interface ConvolutionWeights {
  readonly kernel: number;
  readonly inChannels: number;
  readonly outChannels: number;
  /** kernel² · inChannels · outChannels */
  readonly weights: number;
}

export interface BranchWeights {
  readonly layers: readonly ConvolutionWeights[];
  readonly weights: number;
}

/**
 * Weights of two blocks that both map `channels` channels to as many: a bottleneck (1×1 down to a quarter,
 * 3×3, 1×1 back up) and a basic block (two 3×3). For 256 channels 69,632 and 1,179,648.
 */
export function bottleneckArithmetic(channels = 64 * BOTTLENECK_EXPANSION): {
  readonly bottleneck: BranchWeights;
  readonly basic: BranchWeights;
} {
  const inner = channels / BOTTLENECK_EXPANSION;
  return {
    bottleneck: branch(
      convolution(1, channels, inner),
      convolution(3, inner, inner),
      convolution(1, inner, channels),
    ),
    basic: branch(convolution(3, channels, channels), convolution(3, channels, channels)),
  };
}

function convolution(kernel: number, inChannels: number, outChannels: number): ConvolutionWeights {
  return { kernel, inChannels, outChannels, weights: kernel ** 2 * inChannels * outChannels };
}

function branch(...layers: readonly ConvolutionWeights[]): BranchWeights {
  return { layers, weights: layers.reduce((sum, { weights }) => sum + weights, 0) };
}
