import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../model/builder.ts';
import type { RunConfigInput } from '../../../model/config.ts';
import { configOf } from '../../../model/testing/configs.ts';
import { NETWORKS } from '../../testing/networks.ts';
import { STORAGE_BUFFERS } from '../kernels/limits.ts';
import { type AdapterTraits, PLAIN_TRAITS, traitsOfKind } from '../kernels/traits.ts';
import { lowerEvaluation, lowerTraining } from './program.ts';

function planOf(model: RunConfigInput['model'], batchSize = 32, traits = PLAIN_TRAITS) {
  const { model: complete, training } = configOf({ model, training: { batchSize } });
  return lowerTraining({ graph: buildGraph(complete), training, traits });
}

const depth = (n: number) => ({ stageDepths: [n, n, n] });

describe('a training plan', () => {
  it('takes ResNet-20 136 dispatches, its plain twin 125: nobody adds to its blocks’ outputs', () => {
    const traits = traitsOfKind('llvmpipe', 8);
    const dispatches = (model: RunConfigInput['model'], on: AdapterTraits) =>
      planOf(model, 32, on).summary.dispatchesPerStep;
    const plain = { ...depth(3), shortcuts: false };
    expect([dispatches(depth(3), traits), dispatches(plain, traits)]).toEqual([136, 125]);
    // A GPU sums more copies, but adds up what convolutions leave for BatchNorm without a kernel of its own.
    expect(dispatches(depth(3), PLAIN_TRAITS)).toBeLessThanOrEqual(110);
  });

  it('takes ResNet-20 less than 180 MB at batch 128: convolutions’ and blocks’ outputs, little else', () => {
    const { summary, slots } = planOf(depth(3), 128);
    expect(summary.gpuBytes).toBeLessThan(180e6);
    const image = 4 * 128 * 16 * 32 * 32;
    // 19 convolutions and 10 blocks or stems, the later stages’ tensors half and a quarter as large.
    const kept = image * (7 + 6 / 2 + 6 / 4 + (4 + 3 / 2 + 3 / 4));
    const slotBytes = slots.slotBytes.reduce((sum, bytes) => sum + bytes, 0);
    expect(slotBytes).toBeLessThan(1.1 * kept);
  });

  it.each(Object.entries(NETWORKS))(
    'binds no more storage buffers than every adapter allows: %s',
    (_, model) => {
      for (const { call } of planOf(model, 4).dispatches) {
        const bound = call.code.match(/var<storage/g)?.length ?? 0;
        expect(bound, call.kernel).toBeLessThanOrEqual(STORAGE_BUFFERS);
        expect(call.bindings.length, call.kernel).toBeLessThanOrEqual(STORAGE_BUFFERS + 1);
      }
    },
  );

  it('grows linearly with depth, in dispatches and bytes', () => {
    const [shallow, middle, deep] = [3, 9, 15].map((n) => planOf(depth(n), 128).summary);
    if (!shallow || !middle || !deep) throw new Error('no plan');
    const more = [middle, deep].map((plan, i) => {
      const before = i === 0 ? shallow : middle;
      return plan.dispatchesPerStep - before.dispatchesPerStep;
    });
    // 18 blocks more each: 4 dispatches forward, 6 backward, and now and then a sum of gradients.
    expect(more[0]).toBeGreaterThanOrEqual(180);
    expect(more[1]).toBeLessThanOrEqual(180 + 13);
    const [first, second] = [middle.gpuBytes - shallow.gpuBytes, deep.gpuBytes - middle.gpuBytes];
    expect(Math.abs(second / first - 1)).toBeLessThan(0.01);
  });

  it.each([32, 128])('costs every block the same from ResNet-20 to -110, batch %d', (batchSize) => {
    const [plan20, plan56, plan110] = [3, 9, 18].map((n) => planOf(depth(n), batchSize).summary);
    if (!plan20 || !plan56 || !plan110) throw new Error('no plan');
    for (const cost of ['gpuBytes', 'dispatchesPerStep'] as const) {
      const first = (plan56[cost] - plan20[cost]) / 18;
      const second = (plan110[cost] - plan56[cost]) / 27;
      expect(Math.abs(second / first - 1), cost).toBeLessThan(0.1);
    }
  });

  it('takes memory in proportion to the batch', () => {
    const [small, middle, large] = [128, 256, 384].map((n) => planOf(depth(3), n).summary.gpuBytes);
    const [first, second] = [(middle ?? 0) - (small ?? 0), (large ?? 0) - (middle ?? 0)];
    expect(Math.abs(second / first - 1)).toBeLessThan(0.05);
  });

  it('plans ResNet-1202 in time linear in its depth, within the limits of WebGPU', () => {
    const ms = (n: number) => {
      const start = process.cpuUsage();
      const plan = planOf(depth(n));
      return { plan, ms: process.cpuUsage(start).user / 1000 };
    };
    ms(100);
    const [half, whole] = [ms(100), ms(200)];
    expect(whole.plan.graph.parameters.length).toBeGreaterThan(3600);
    // Quadratic growth would be 4 times; collecting garbage may double either.
    expect(whole.ms / half.ms).toBeLessThan(8);
    expect(whole.plan.summary.dispatchesPerStep / half.plan.summary.dispatchesPerStep).toBeCloseTo(
      2,
      1,
    );
    for (const { call } of whole.plan.dispatches) {
      expect(Math.max(...call.workgroups)).toBeLessThanOrEqual(65_535);
      for (const { size } of call.bindings) expect(size).toBeLessThan(2 ** 32);
    }
  });

  it('shares kernels between layers of one shape', () => {
    const codes = (n: number) => new Set(planOf(depth(n)).dispatches.map(({ call }) => call.code));
    // Sums over more chunks and wider metrics rows differ by a constant; no layer adds a kernel.
    expect(codes(9).size).toBe(codes(3).size);
  });

  it('needs a fifth of the memory for evaluation', () => {
    const plan = planOf(depth(9));
    const evaluation = lowerEvaluation(plan.graph, 32);
    expect(evaluation.summary.gpuBytes).toBeLessThan(plan.summary.gpuBytes / 5);
  });

  it('binds every tensor at a multiple of 256 bytes', () => {
    for (const { call } of planOf({ stageWidths: [3, 5, 7], projection: 'B' }).dispatches) {
      for (const { offset } of call.bindings) expect(offset % 256).toBe(0);
    }
  });
});
