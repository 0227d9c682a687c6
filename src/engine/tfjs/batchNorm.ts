/** Batch normalization as PyTorch has it: biased variance to normalise, unbiased in the running one. */
import {
  add,
  div,
  mean,
  mul,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../model/graph.ts';
import { RUNNING_MOMENTUM } from '../plan/batchNormConstants.ts';
import type { LayerPass, PassContext } from './layer.ts';

type BatchNorm = Extract<LayerNode, { kind: 'batchNorm' }>;

/** All axes of [N, H, W, C] but the channels. */
const POSITIONS = [0, 1, 2];

export function batchNorm(node: BatchNorm, x: Tensor, context: PassContext): LayerPass {
  const gamma = context.tensor(node.weight);
  const beta = context.tensor(node.bias);
  const runningMean = context.tensor(node.runningMean);
  const runningVar = context.tensor(node.runningVar);
  if (context.mode === 'evaluation') {
    const output = tidy(() => {
      const scale = mul(gamma, rsqrt(add(runningVar, node.epsilon)));
      return add(mul(sub(x, runningMean), scale), beta);
    });
    return { output, saved: [], backward: () => ({ inputs: [], parameters: [] }) };
  }
  const count = x.size / node.shape.channels;
  const { output, normalized, rstd, newMean, newVar } = tidy(() => {
    const center = mean(x, POSITIONS);
    const centered = sub(x, center);
    const variance = mean(square(centered), POSITIONS);
    const unbiased = mul(variance, count / Math.max(1, count - 1));
    const rstd = rsqrt(add(variance, node.epsilon));
    const normalized = mul(centered, rstd);
    return {
      output: add(mul(normalized, gamma), beta),
      normalized,
      rstd,
      newMean: moved(runningMean, center),
      newVar: moved(runningVar, unbiased),
    };
  });
  return {
    output,
    saved: [normalized, rstd],
    rstd,
    statistics: [
      { name: node.runningMean, value: newMean },
      { name: node.runningVar, value: newVar },
    ],
    backward: (dy) => {
      const { dx, dGamma, dBeta } = tidy(() => {
        const dBeta = sum(dy, POSITIONS);
        const dGamma = sum(mul(dy, normalized), POSITIONS);
        const mean = div(add(dBeta, mul(normalized, dGamma)), count);
        return { dx: mul(sub(dy, mean), mul(gamma, rstd)), dGamma, dBeta };
      });
      return {
        inputs: [{ node: node.input, value: dx }],
        parameters: [
          { name: node.weight, value: dGamma },
          { name: node.bias, value: dBeta },
        ],
      };
    },
  };
}

const moved = (running: Tensor, batch: Tensor): Tensor =>
  add(running, mul(sub(batch, running), RUNNING_MOMENTUM));
