import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CIFAR10_NORMALIZATION, isSameNormalization } from '../../data/normalization.ts';
import { buildGraph } from '../../model/builder.ts';
import type { ModelConfig, RunConfigInput } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import { FORMATS, formatOf } from '../formats/registry.ts';
import { namingFault } from '../names.ts';
import { readWeights } from '../read/readWeights.ts';
import type { StoredTensor } from '../read/weightsFile.ts';
import { exportModel, NET_NAMES, NETS, shakenWeights } from '../testing/nets.ts';
import { WeightsError } from '../weightsError.ts';
import { cautionsOf, configOf } from './describeFile.ts';
import { sharedPrefix, torchvisionNames } from './fileNames.ts';
import { inferModel } from './inferModel.ts';
import { matchWeights } from './matchWeights.ts';

type ModelInput = NonNullable<RunConfigInput['model']>;
type Tensors = Map<string, StoredTensor>;

const modelOf = (input: ModelInput): ModelConfig =>
  completeConfig({ version: 1, model: input }).model;

/** What a file of this network holds. */
function tensorsOf(input: ModelInput): Tensors {
  const graph = buildGraph(modelOf(input));
  const state = [...shakenWeights(graph, 1)];
  return new Map(state.map(([name, tensor]) => [name, { dtype: 'F32', ...tensor }]));
}

const tiny: ModelInput = { stageDepths: [1, 1], stageWidths: [4, 8], projection: 'B' };

const without = (tensors: Tensors, ...names: string[]): Tensors =>
  new Map([...tensors].filter(([name]) => !names.includes(name)));
const withTensor = (tensors: Tensors, name: string, shape: readonly number[]): Tensors =>
  new Map(tensors).set(name, {
    dtype: 'F32',
    shape,
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
  });

/** What leaves no trace in the weights, set to what is assumed. */
const traceable = ({ stemWidth, ...model }: ModelConfig): ModelConfig => ({
  ...model,
  ...(stemWidth === undefined || stemWidth === model.stageWidths[0] ? {} : { stemWidth }),
  shortcuts: true,
  cutShortcuts: [],
  activation: 'relu',
  dropout: 0,
  inputSize: 32,
  ...(model.normalization === 'none' ? { order: 'post' } : {}),
});

describe('files that this program writes', () => {
  const cases = NET_NAMES.flatMap((net) =>
    FORMATS.filter(({ holdsGraph }) => !holdsGraph).flatMap(({ id }) =>
      (['torchvision', 'cifar'] as const)
        .filter((naming) => namingFault(modelOf(NETS[net] ?? {}), naming) === null)
        .map((naming) => ({ net, id, naming })),
    ),
  );

  it.each(cases)('$net as $id with names of $naming', async ({ net, id, naming }) => {
    const model = exportModel(net);
    const { write } = await formatOf(id).load();
    const { tensors, metadata } = readWeights(write(model, { naming, input: 'normalised' }));
    expect(configOf(metadata)).toEqual(model.config);
    const { rows, state } = matchWeights(model.graph, tensors);
    expect(rows.every(({ status }) => status === 'matched')).toBe(true);
    expect([...(state?.keys() ?? [])].sort()).toEqual([...model.weights.keys()].sort());
    for (const [name, { shape, data }] of model.weights) {
      expect(state?.get(name)?.shape).toEqual(shape);
      const read = Buffer.from(state?.get(name)?.data.buffer ?? new ArrayBuffer());
      expect(read.equals(Buffer.from(data.buffer)), name).toBe(true);
    }
    const cautions = cautionsOf(metadata, model.config.model.classes);
    const { data } = model.config;
    const { classes } = model.config.model;
    const others = [classes !== 10, !isSameNormalization(data, CIFAR10_NORMALIZATION)];
    expect(cautions).toHaveLength(others.filter(Boolean).length);
  });
});

describe('inferModel', () => {
  const anyModel = fc
    .record({
      stem: fc.constantFrom('cifar', 'imagenet'),
      stemWidth: fc.integer({ min: 1, max: 6 }),
      block: fc.constantFrom('basic', 'bottleneck'),
      order: fc.constantFrom('post', 'pre'),
      shortcuts: fc.boolean(),
      projection: fc.constantFrom('A', 'B', 'C'),
      normalization: fc.constantFrom('batch', 'none'),
      classes: fc.integer({ min: 2, max: 12 }),
      stages: fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 6, max: 9 })), {
        minLength: 1,
        maxLength: 3,
      }),
    })
    .map(({ stages, ...model }) =>
      modelOf({
        ...model,
        stageDepths: stages.map(([depth]) => depth),
        stageWidths: stages.map(([, width]) => width).sort(),
      } as ModelInput),
    );

  it('finds any network by its tensors, up to what leaves no trace', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const graph = buildGraph(model);
        const tensors = tensorsOf(model);
        const inferred = inferModel(tensors);
        const hasProjections = graph.parameters.some(({ name }) => name.includes('downsample'));
        expect(matchWeights(buildGraph(inferred.model), tensors).state?.size).toBe(tensors.size);
        const known = traceable(model);
        // Projections that nothing needs leave no trace either.
        const projection = hasProjections ? known.projection : 'A';
        const isB = hasProjections && inferred.model.projection === 'B';
        expect({ ...inferred.model }).toEqual({ ...known, projection: isB ? 'B' : projection });
        if (isB)
          expect(buildGraph({ ...known, projection: 'B' }).parameters.length).toBe(
            graph.parameters.length,
          );
        const fields = inferred.open.map(({ field }) => field);
        expect(fields.includes('shortcuts')).toBe(!hasProjections);
        expect(fields.includes('order')).toBe(model.normalization === 'none');
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, Tensors, RegExp]>([
    [
      'no stem',
      without(tensorsOf(tiny), 'conv1.weight'),
      /there is no conv1\.weight \(the file begins with bn1\.weight/,
    ],
    [
      'a checkpoint of ours',
      new Map([...tensorsOf(tiny)].map(([name, tensor]) => [`0/weights/${name}`, tensor])),
      /a checkpoint of training on this page/,
    ],
    [
      'no blocks',
      new Map([...tensorsOf(tiny)].filter(([name]) => !name.startsWith('layer'))),
      /there are no blocks/,
    ],
    ['no classifier', without(tensorsOf(tiny), 'fc.weight'), /there is no fc\.weight/],
    [
      'a 5×5 stem',
      withTensor(tensorsOf(tiny), 'conv1.weight', [4, 3, 5, 5]),
      /conv1\.weight is \[4, 3, 5, 5\]/,
    ],
    [
      'images of one channel',
      withTensor(tensorsOf(tiny), 'conv1.weight', [4, 1, 3, 3]),
      /a stem takes 3 channels/,
    ],
    [
      'a stem that is a matrix',
      withTensor(tensorsOf(tiny), 'conv1.weight', [4, 3]),
      /no square convolution/,
    ],
    [
      'a stage without its first block',
      new Map(
        [...tensorsOf({ ...tiny, stageDepths: [1, 2] })].filter(
          ([name]) => !name.startsWith('layer2.0'),
        ),
      ),
      /layer2\.0 is missing, and layer2\.1 is there/,
    ],
    [
      'a missing stage',
      new Map(
        [...tensorsOf({ ...tiny, stageDepths: [1, 1, 1], stageWidths: [4, 8, 8] })].filter(
          ([name]) => !name.startsWith('layer2'),
        ),
      ),
      /a layer3, but no layer2/,
    ],
    [
      'a block without its second convolution',
      without(tensorsOf(tiny), 'layer2.0.conv2.weight'),
      /no layer2\.0\.conv2\.weight/,
    ],
    [
      'grouped convolutions',
      withTensor(tensorsOf(tiny), 'layer2.0.conv2.weight', [8, 2, 3, 3]),
      /grouped, wide and other blocks/,
    ],
    [
      'pre-activation without its last BatchNorm',
      new Map(
        [...tensorsOf({ ...tiny, order: 'pre' })].filter(([name]) => !name.startsWith('bn_last')),
      ),
      /neither bn1 .* nor bn_last/,
    ],
    [
      'one class',
      withTensor(withTensor(tensorsOf(tiny), 'fc.weight', [1, 8]), 'fc.bias', [1]),
      /model\.classes: Must be a whole number from 2/,
    ],
  ])('refuses %s', (_, tensors, message) => {
    expect(() => inferModel(tensors)).toThrow(WeightsError);
    expect(() => inferModel(tensors)).toThrow(message);
  });

  it('knows the wide four-stage networks of other repositories by their shapes', () => {
    const kuangliu = [
      ...tensorsOf({
        projection: 'B',
        stageDepths: [2, 2, 2, 2],
        stageWidths: [64, 128, 256, 512],
      }),
    ];
    const renamed = new Map(
      kuangliu.map(([name, tensor]) => [
        `module.${name.replace('fc.', 'linear.').replace('downsample', 'shortcut')}`,
        tensor,
      ]),
    );
    expect(inferModel(renamed).model).toMatchObject({
      stem: 'cifar',
      stageDepths: [2, 2, 2, 2],
      stageWidths: [64, 128, 256, 512],
      projection: 'B',
    });
  });
});

describe('matchWeights', () => {
  const graph = buildGraph(modelOf(tiny));
  const rowOf = (tensors: Tensors, name: string) =>
    matchWeights(graph, tensors).rows.find((row) => row.name === name);

  it('says what is missing, misshapen, unusable, assumed or unexpected, and why', () => {
    let tensors = without(tensorsOf(tiny), 'conv1.weight', 'bn1.running_mean');
    tensors = withTensor(tensors, 'fc.weight', [100, 8]);
    tensors = withTensor(tensors, 'layer9.0.conv1.weight', [1]);
    tensors.set('fc.bias', { dtype: 'I64', shape: [10], data: new Float32Array(10) });
    tensors.set('bn1.bias', {
      dtype: 'F32',
      shape: [4],
      data: Float32Array.of(1, Number.NaN, 2, Number.POSITIVE_INFINITY),
    });
    tensors.set('bn1.running_var', {
      dtype: 'F32',
      shape: [4],
      data: Float32Array.of(1, -1, 2, 0),
    });
    tensors = withTensor(tensors, 'bn1.num_batches_tracked', []);
    const { rows, state } = matchWeights(graph, tensors);
    expect(state).toBeNull();
    const told = rows
      .filter(({ status }) => status !== 'matched')
      .map(({ name, status, why }) => `${name}: ${status}: ${why}`);
    expect(told.sort()).toEqual([
      'bn1.bias: unusable: 2 of its 4 numbers are infinite or NaN',
      'bn1.running_mean: assumed: not in the file: starts at 0, as in PyTorch',
      'bn1.running_var: unusable: 1 of its 4 numbers are negative, infinite or NaN',
      'conv1.weight: missing: not in the file',
      'fc.bias: unusable: I64 [10], not F32 [10]',
      'fc.weight: wrong shape: F32 [100, 8], not F32 [10, 8]',
      'layer9.0.conv1.weight: unexpected: not in this network',
    ]);
  });

  it('shows the name in the file beside torchvision’s', () => {
    const tensors = tensorsOf(tiny);
    const fc = tensors.get('fc.bias');
    const renamed = without(tensors, 'fc.bias');
    if (fc !== undefined) renamed.set('linear.bias', fc);
    expect(rowOf(renamed, 'fc.bias')).toMatchObject({ status: 'matched', fileName: 'linear.bias' });
  });

  it('refuses a file with two tensors for one', () => {
    const tensors = withTensor(tensorsOf(tiny), 'linear.weight', [10, 8]);
    expect(() => matchWeights(graph, tensors)).toThrow(
      'holds fc.weight twice, as "fc.weight" and "linear.weight"',
    );
  });
});

describe('names and what files say', () => {
  it('strips wrappers that all names share, and only those', () => {
    expect(sharedPrefix(['module._orig_mod.a', 'module._orig_mod.b'])).toBe('module._orig_mod.');
    expect(sharedPrefix(['module.a', 'b'])).toBe('');
    expect(sharedPrefix([])).toBe('');
    expect([...torchvisionNames(['module.linear.bias']).values()]).toEqual(['fc.bias']);
  });

  it('warns of other or unknown normalisation and of other classes', () => {
    expect(cautionsOf(new Map(), 10)).toEqual([
      expect.stringContaining('does not say how its images were normalised'),
    ]);
    const imagenet = new Map([
      ['mean', '[0.485,0.456,0.406]'],
      ['std', '[0.229,0.224,0.225]'],
    ]);
    expect(cautionsOf(imagenet, 10)).toEqual([
      expect.stringContaining('mean (0.485, 0.456, 0.406)'),
    ]);
    const ours = new Map([
      ['mean', '[0.4914,0.4822,0.4465]'],
      ['std', '[0.2023,0.1994,0.2010]'],
    ]);
    expect(cautionsOf(ours, 10)).toEqual([]);
    expect(cautionsOf(ours, 100)).toEqual([
      expect.stringContaining('100 classes are not CIFAR-10’s'),
    ]);
    const letters = new Map([...ours, ['classNames', '["a","b"]']]);
    expect(cautionsOf(letters, 10)).toHaveLength(1);
    expect(
      cautionsOf(new Map([...ours, ['mean', 'null'], ['config', '{"version":2}']]), 10),
    ).toHaveLength(1);
    expect(configOf(new Map([['config', '{"version":2}']]))).toBeNull();
  });
});
