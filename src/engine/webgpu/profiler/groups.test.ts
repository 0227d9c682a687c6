import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../model/builder.ts';
import { completeConfig } from '../../../model/parse.ts';
import type { Binding } from '../../plan/buffers.ts';
import { floats } from '../lowering/bindings.ts';
import type { PlannedDispatch } from '../lowering/lowering.ts';
import { lowerTraining } from '../lowering/program.ts';
import { boundBytes, groupDispatches, summarize } from './groups.ts';

const dispatch = (
  layer: string,
  code: string,
  bindings: readonly Binding[],
  flops?: number,
): PlannedDispatch => ({
  layer,
  call: {
    kernel: `kernel ${code}`,
    code,
    bindings,
    workgroups: [1, 1, 1],
    ...(flops === undefined ? {} : { work: { shape: `shape ${code}`, flops } }),
  },
});

const a = floats('weights', 0, 1000);
const b = floats('weights', 1024, 500);

describe('groupDispatches', () => {
  it('adds up what runs the same code', () => {
    const groups = groupDispatches([
      dispatch('one', 'x', [a, b], 100),
      dispatch('two', 'y', [b]),
      dispatch('three', 'x', [b], 100),
    ]);
    expect(groups).toEqual([
      {
        kernel: 'kernel x',
        shape: 'shape x',
        layers: ['one', 'three'],
        count: 2,
        flops: 200,
        bytes: 8000,
        dispatches: [0, 2],
      },
      {
        kernel: 'kernel y',
        shape: '2.0 kB',
        layers: ['two'],
        count: 1,
        flops: 0,
        bytes: 2000,
        dispatches: [1],
      },
    ]);
  });

  it('counts memory that is bound twice once', () => {
    expect(boundBytes([a, b, { ...a }])).toBe(6000);
  });

  it('finds every multiply-add of ResNet-8 in its plan', () => {
    const { model, training } = completeConfig({
      version: 1,
      model: { stageDepths: [1, 1, 1] },
      training: { batchSize: 2 },
    });
    const groups = groupDispatches(
      lowerTraining({ graph: buildGraph(model), training }).dispatches,
    );
    const flops = (kernel: RegExp) =>
      groups.filter((group) => kernel.test(group.kernel)).reduce((sum, g) => sum + g.flops, 0);
    // Multiply-adds of an image: 3×3 kernels at 32×32, 16×16 and 8×8, and fc.
    const stem = 27 * 16 * 1024;
    const stages = [
      2 * 9 * 16 * 16 * 1024,
      9 * 16 * 32 * 256 + 9 * 32 * 32 * 256,
      9 * 32 * 64 * 64 + 9 * 64 * 64 * 64,
    ];
    const inner = stages.reduce((sum, macs) => sum + macs, 64 * 10);
    // Two images, two operations each; the stem's input needs no gradient.
    expect(flops(/^convForward/)).toBe(4 * (stem + inner));
    expect(flops(/^convWeightGradient/)).toBe(4 * (stem + inner));
    expect(flops(/^convInputGradient/)).toBe(4 * inner);
    expect(flops(/./)).toBe(4 * (2 * stem + 3 * inner));
  });
});

it('summarize puts the slowest first and rates the convolutions', () => {
  const groups = groupDispatches([
    dispatch('one', 'x', [a], 3e6),
    dispatch('two', 'y', [b]),
    dispatch('three', 'z', [b], 1e6),
  ]);
  const { rows, kernelMs, convGflops } = summarize(groups, [2, 5, 2]);
  expect(rows.map(({ kernel, ms }) => [kernel, ms])).toEqual([
    ['kernel y', 5],
    ['kernel x', 2],
    ['kernel z', 2],
  ]);
  expect(kernelMs).toBe(9);
  expect(convGflops).toBeCloseTo(1, 12);
  expect(summarize(groups.slice(1, 2), [5]).convGflops).toBeNull();
});
