import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import { configOf } from '../../model/testing/configs.ts';
import { STORAGE_BUFFERS } from '../webgpu/kernels/limits.ts';
import { type AdapterTraits, PLAIN_TRAITS } from '../webgpu/kernels/traits.ts';
import { NETWORKS } from '../testing/networks.ts';
import { assignSlots, type Binding } from './buffers.ts';
import { packTensor, paddedLength, unpackTensor } from './layout.ts';
import { operationsOf } from './operations.ts';
import { planEvaluation, planNetwork } from './plan.ts';

function planOf(model: RunConfigInput['model'], batchSize = 32, traits = PLAIN_TRAITS) {
  const { model: complete, training } = configOf({ model, training: { batchSize } });
  return planNetwork({ graph: buildGraph(complete), training, traits });
}

const depth = (n: number) => ({ stageDepths: [n, n, n] });

describe('a training plan', () => {
  it('takes ResNet-20 136 dispatches, its plain twin 125: nobody adds to its blocks’ outputs', () => {
    const traits: AdapterTraits = { kind: 'llvmpipe', subgroupLanes: 8 };
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
    const evaluation = planEvaluation(plan.graph, 32);
    expect(evaluation.summary.gpuBytes).toBeLessThan(plan.summary.gpuBytes / 5);
  });

  it('binds every tensor at a multiple of 256 bytes', () => {
    for (const { call } of planOf({ stageWidths: [3, 5, 7], projection: 'B' }).dispatches) {
      for (const { offset } of call.bindings) expect(offset % 256).toBe(0);
    }
  });
});

it('joins BatchNorm, addition and activation into one pass', () => {
  const kinds = (model: RunConfigInput['model']) =>
    operationsOf(
      buildGraph(configOf({ model: { stageDepths: [1], stageWidths: [4], ...model } }).model),
    ).map(({ kind, name }) => `${kind} ${name}`);
  expect(kinds({})).toEqual([
    'conv conv1',
    'pointwise bn1',
    'conv layer1.0.conv1',
    'pointwise layer1.0.bn1',
    'conv layer1.0.conv2',
    'pointwise layer1.0.bn2',
    'globalAveragePool avgpool',
    'conv fc',
  ]);
  expect(kinds({ order: 'pre' })).toEqual([
    'conv conv1',
    'pointwise layer1.0.bn1',
    'conv layer1.0.conv1',
    'pointwise layer1.0.bn2',
    'conv layer1.0.conv2',
    'pointwise layer1.0.add',
    'pointwise bn_last',
    'globalAveragePool avgpool',
    'conv fc',
  ]);
});

describe('slots', () => {
  const tensors = fc.array(
    fc.record({ first: fc.nat(30), length: fc.nat(10), bytes: fc.integer({ min: 4, max: 999 }) }),
    { minLength: 1, maxLength: 40 },
  );

  it('never give two living tensors the same place, and hold each whole', () => {
    fc.assert(
      fc.property(tensors, (lives) => {
        const transients = lives.map(({ bytes }, i) => ({ label: `${i}`, bytes }));
        const dispatches = Array.from({ length: 41 }, (_, at): Binding[] =>
          lives.flatMap(({ first, length }, i) => {
            const buffer = transients[i];
            const used = at === first || at === first + length;
            return used && buffer !== undefined ? [{ buffer, offset: 0, size: buffer.bytes }] : [];
          }),
        );
        const { slotOf, slotBytes } = assignSlots(dispatches);
        lives.forEach((life, i) => {
          const mine = transients[i];
          const slot = mine === undefined ? undefined : slotOf.get(mine);
          expect(slotBytes[slot ?? -1]).toBeGreaterThanOrEqual(life.bytes);
          lives.forEach((other, j) => {
            const theirs = transients[j];
            if (j <= i || theirs === undefined || slotOf.get(theirs) !== slot) return;
            const apart =
              other.first > life.first + life.length || life.first > other.first + other.length;
            expect(apart).toBe(true);
          });
        });
      }),
    );
  });
});

it('packs and unpacks tensors of any shape without loss, padding zero', () => {
  for (const shape of [[5], [8], [3, 2], [7, 3, 3, 3], [4, 1, 1, 1]]) {
    const elements = shape.reduce((product, n) => product * n, 1);
    const data = Float32Array.from({ length: elements }, (_, i) => i + 1);
    const packed = new Float32Array(paddedLength(shape) + 3).fill(-1);
    packTensor(shape, data, packed, 2);
    expect(unpackTensor(shape, packed, 2)).toEqual(data);
    const inside = packed.subarray(2, 2 + paddedLength(shape));
    expect(inside.filter((value) => value === 0)).toHaveLength(paddedLength(shape) - elements);
  }
});
