/** Files that are not ours but can be made ours exactly. */
import { describe, expect, it } from 'vitest';
import { referenceValues } from '../../engine/testing/interpreter.ts';
import { randomArray } from '../../engine/testing/runKernel.ts';
import type { LayerGraph, LayerNode } from '../../model/graph.ts';
import type { StoredTensor } from '../read/weightsFile.ts';
import { inspect } from './inspect.ts';
import {
  A,
  answer,
  B,
  BOTTLENECK,
  expectSame,
  fileOf,
  graphOf,
  type ModelInput,
  plus,
  PRE,
  stateOf,
  tensor,
  tensorsOf,
  without,
} from './testing/foreignFiles.ts';

describe('exact repairs', () => {
  const BATCH = 2;

  /** Whether the network with biases computes the same as what is made of its file, in evaluation and in training. */
  function expectSameFunction(model: ModelInput, isBiased = /./): void {
    const graph = graphOf(model);
    const state = stateOf(model);
    const isOne = (node: LayerNode) =>
      node.kind === 'conv' && !node.name.includes('.se.') && isBiased.test(node.name);
    const convolutions = graph.nodes.filter(isOne);
    const biases = convolutions.map(({ name, shape }, i): [string, StoredTensor] => [
      `${name}.bias`,
      tensor([shape.channels], [...randomArray(shape.channels, 50 + i)]),
    ]);
    const biased: LayerGraph = {
      ...graph,
      nodes: graph.nodes.map((node) =>
        isOne(node) ? { ...node, bias: `${node.name}.bias` } : node,
      ),
    };
    const settings =
      model.preProjection === undefined ? {} : { 'model.preProjection': model.preProjection };
    const padding = model.paddingA === undefined ? {} : { 'model.paddingA': model.paddingA };
    const found = inspect(
      fileOf(plus(tensorsOf(model), Object.fromEntries(biases))),
      answer({ ...settings, ...padding }),
    );
    expect(found.blocked).toBeNull();
    expect(found.repairs.join()).toMatch(/convolutions ahead of BatchNorm have biases/);
    const images = randomArray(BATCH * 3 * 64, 9);
    const given = new Map([...state, ...biases].map(([name, { data }]) => [name, data]));
    const taken = new Map([...(found.state ?? [])].map(([name, { data }]) => [name, data]));
    for (const mode of ['evaluation', 'training'] as const) {
      const wanted =
        referenceValues(biased, given, { batch: BATCH, images }, mode)[graph.output] ?? [];
      const got = referenceValues(graph, taken, { batch: BATCH, images }, mode)[graph.output] ?? [];
      for (let i = 0; i < wanted.length; i++)
        expect(got[i]).toBeCloseTo(wanted[i] ?? Number.NaN, 4);
    }
  }

  it.each<[string, ModelInput]>([
    ['post-activation, projections', B],
    ['bottlenecks', BOTTLENECK],
    ['pre-activation, projections of the raw input', PRE],
    ['pre-activation, projections of the activated input', { ...PRE, preProjection: 'activated' }],
    ['pre-activation, option A', { ...A, order: 'pre' }],
    ['pre-activation, option A padded at the end', { ...A, order: 'pre', paddingA: 'end' }],
    ['pre-activation bottlenecks, option C', { ...PRE, block: 'bottleneck', projection: 'C' }],
    ['post-activation, squeeze-excitation', { ...B, squeezeExcitation: 2 }],
  ])('biases ahead of BatchNorm: %s', (_, model) => expectSameFunction(model));

  it('biases within pre-activation branches that are multiplied', () =>
    expectSameFunction({ ...PRE, squeezeExcitation: 2 }, /\.conv1$/));

  const split = (
    parts: (name: string, t: StoredTensor) => Readonly<Record<string, StoredTensor>>,
  ) =>
    new Map(
      [...tensorsOf(B)].flatMap(([name, t]) =>
        t.shape.length === 4
          ? Object.entries(parts(name.replace(/weight$/, ''), t))
          : [[name, t] as const],
      ),
    );
  const norms = ({ shape: [out = 1], data }: StoredTensor): number[] => {
    const length = data.length / out;
    return Array.from({ length: out }, (_, o) =>
      Math.hypot(...data.subarray(o * length, (o + 1) * length)),
    );
  };

  it('pruning', () => {
    const tensors = split((path, t) => ({
      [`${path}weight_orig`]: t,
      [`${path}weight_mask`]: { ...t, data: t.data.map((_, i) => i % 2) },
    }));
    const { state, blocked, repairs } = inspect(fileOf(tensors));
    expect(blocked).toBeNull();
    expect(repairs).toEqual([expect.stringMatching(/^8 tensors: pruned weights/)]);
    const original = stateOf(B).get('conv1.weight')?.data ?? [];
    expect([...(state?.get('conv1.weight')?.data ?? [])]).toEqual(
      [...original].map((x, i) => x * (i % 2)),
    );
  });

  it.each([
    ['weight_g', 'weight_v'],
    ['parametrizations.weight.original0', 'parametrizations.weight.original1'],
  ])('weight norm as %s', (g, v) => {
    const tensors = split((path, t) => ({
      [path + g]: tensor([t.shape[0] ?? 0, 1, 1, 1], norms(t)),
      [path + v]: { ...t, data: t.data.map((x) => 3 * x) },
    }));
    expectSame(inspect(fileOf(tensors)), B);
  });

  it.each([
    ['weight_orig', 'weight_u', 'weight_v'],
    [
      'parametrizations.weight.original',
      'parametrizations.weight.0._u',
      'parametrizations.weight.0._v',
    ],
  ])('spectral norm as %s', (w, u, v) => {
    const tensors = split((path, t) => {
      const [rows = 1] = t.shape;
      const columns = t.data.length / rows;
      // u·W·v is the first number of W.
      const first = t.data[0] ?? 1;
      return {
        [path + w]: { ...t, data: t.data.map((x) => x * first) },
        [path + u]: tensor([rows], [1, ...Array<number>(rows - 1).fill(0)]),
        [path + v]: tensor([columns], [1 / first, ...Array<number>(columns - 1).fill(0)]),
      };
    });
    expectSame(inspect(fileOf(tensors)), B, 5);
  });

  it('BatchNorm without scale and shift, and a classifier without bias', () => {
    const bare = without(tensorsOf(B), /(bn\d|downsample\.1)\.(weight|bias)$|^fc\.bias/);
    const { state, repairs, blocked } = inspect(fileOf(bare));
    expect(blocked).toBeNull();
    expect(state?.get('layer2.1.bn2.weight')?.data).toEqual(new Float32Array(8).fill(1));
    expect(state?.get('fc.bias')?.data).toEqual(new Float32Array(10));
    expect(repairs).toHaveLength(2);
  });

  it('convolutions without BatchNorm and without bias, once it is said that nothing lies between', () => {
    const none = { ...B, normalization: 'none' } as const;
    const bare = without(tensorsOf(none), /(conv\d|downsample\.0)\.bias$/);
    expect(inspect(fileOf(bare)).blocked).toContain('InstanceNorm');
    const said = inspect(fileOf(bare), answer({ 'model.normalization': 'none' }));
    expect(said.blocked).toBeNull();
    expect(said.state?.get('conv1.bias')?.data).toEqual(new Float32Array(4));
  });
});
