import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { ModelConfig, RunConfigInput } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import { FORMATS, formatOf } from '../formats/registry.ts';
import { namingFault } from '../names.ts';
import { readWeights } from '../read/readWeights.ts';
import { singleGroup, type StoredTensor, type WeightsFile } from '../read/weightsFile.ts';
import { exportModel, NET_NAMES, NETS, shakenWeights } from '../testing/nets.ts';
import { cautionsOf, configOf } from './describeFile.ts';
import { inspect, NO_ANSWERS } from './inspect.ts';

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

const fileOf = (tensors: Tensors): WeightsFile => ({
  ...{ format: 'test', groups: [singleGroup(tensors)], metadata: new Map() },
});

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
  ...(model.shortcuts ? {} : { branchScale: undefined, shortcutGate: undefined }),
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
    const file = readWeights(write(model, { naming, input: 'normalised' }));
    const { config, rows, state, open, isConfigInFile, cautions } = inspect(file);
    expect({ ...config?.model, data: null }).toEqual({ ...model.config.model, data: null });
    expect(isConfigInFile).toBe(true);
    expect(open).toEqual([]);
    expect(rows.every(({ status }) => status === 'matched')).toBe(true);
    expect([...(state?.keys() ?? [])].sort()).toEqual([...model.weights.keys()].sort());
    for (const [name, { shape, data }] of model.weights) {
      expect(state?.get(name)?.shape).toEqual(shape);
      const read = Buffer.from(state?.get(name)?.data.buffer ?? new ArrayBuffer());
      expect(read.equals(Buffer.from(data.buffer)), name).toBe(true);
    }
    expect(cautions).toHaveLength(model.config.model.classes === 10 ? 0 : 1);
  });
});

describe('ONNX files of this program', () => {
  it.each(NET_NAMES)('%s', async (net) => {
    const model = exportModel(net);
    const { write } = await formatOf('onnx').load();
    const { state, blocked, config } = inspect(
      readWeights(write(model, { naming: 'torchvision', input: 'pixels' })),
    );
    expect(blocked).toBeNull();
    expect({ ...config?.model }).toEqual(model.config.model);
    // What a cut shortcut keeps is not in the graph.
    const active = [...model.graph.parameters, ...model.graph.runningStatistics].filter(
      (parameter) => parameter.active,
    );
    for (const { name } of active) {
      expect(state?.get(name)?.data, name).toEqual(model.weights.get(name)?.data);
    }
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
      branchScale: fc.constantFrom(undefined, 'scalar', 'channel'),
      squeezeExcitation: fc.constantFrom(undefined, 2),
      shortcutGate: fc.constantFrom(undefined, 'exclusive'),
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
        const inferred = inspect(fileOf(tensors));
        const hasProjections = graph.parameters.some(({ name }) => name.includes('downsample'));
        expect(inferred.state?.size, inferred.blocked ?? '').toBe(tensors.size);
        const known = traceable(model);
        // Projections that nothing needs leave no trace either.
        const projection = hasProjections ? known.projection : 'A';
        const isB = hasProjections && inferred.config?.model.projection === 'B';
        expect({ ...inferred.config?.model }).toEqual({
          ...known,
          projection: isB ? 'B' : projection,
        });
        if (isB)
          expect(buildGraph({ ...known, projection: 'B' }).parameters.length).toBe(
            graph.parameters.length,
          );
        const fields = inferred.open.map(({ field }) => field);
        const isGated = model.shortcuts && model.shortcutGate !== undefined;
        expect(fields.includes('model.shortcuts')).toBe(!hasProjections && !isGated);
        expect(fields.includes('model.shortcutGate')).toBe(isGated);
        expect(fields.includes('model.order')).toBe(model.normalization === 'none');
        expect(fields.includes('model.bottleneckStride')).toBe(
          model.block === 'bottleneck' && model.stageDepths.length > 1,
        );
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [[16, 32, 72], 16, 16],
    [[8, 32, 64], 16, 16],
    [[6, 9, 13], 4, 4],
    // Other reductions give the same channels: 1 of 5; 2 of 8, by 3 as by 4.
    [[5, 5, 5], 16, 5],
    [[8, 8, 8], 3, 4],
  ])('finds the reduction of widths %j by %i', (stageWidths, squeezeExcitation, found) => {
    const model = { stageDepths: [1, 1, 1], stageWidths, squeezeExcitation };
    const { blocked, config } = inspect(fileOf(tensorsOf(model)));
    expect(blocked).toBeNull();
    expect(config?.model.squeezeExcitation).toBe(found);
  });

  it('refuses excitation whose channels no one reduction gives, as timm’s seresnet18', () => {
    const model = {
      projection: 'B' as const,
      stageDepths: [1, 1],
      stageWidths: [64, 256],
    } satisfies ModelInput;
    let tensors = tensorsOf({ ...model, squeezeExcitation: 16 });
    tensors = withTensor(tensors, 'layer1.0.se.fc1.weight', [8, 64, 1, 1]);
    tensors = withTensor(tensors, 'layer1.0.se.fc1.bias', [8]);
    tensors = withTensor(tensors, 'layer1.0.se.fc2.weight', [64, 8, 1, 1]);
    expect(inspect(fileOf(tensors)).blocked).toContain(
      'layer1.0.se.fc1.weight is F32 [8, 64, 1, 1], not F32 [4, 64, 1, 1]',
    );
  });

  it.each<[string, Tensors, RegExp]>([
    ['no stem', without(tensorsOf(tiny), 'conv1.weight'), /there is no first convolution/],
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
      /a first convolution takes 3 channels/,
    ],
    [
      'a stem that is a matrix',
      withTensor(tensorsOf(tiny), 'conv1.weight', [4, 3]),
      /there is no first convolution/,
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
      /there is no bn_last.*kuangliu/,
    ],
    [
      'one class',
      withTensor(withTensor(tensorsOf(tiny), 'fc.weight', [1, 8]), 'fc.bias', [1]),
      /model\.classes: Must be a whole number from 2/,
    ],
  ])('refuses %s', (_, tensors, message) => {
    const { config, reason, blocked } = inspect(fileOf(tensors));
    expect([config, blocked]).toEqual([null, reason]);
    expect(reason).toMatch(message);
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
    expect(inspect(fileOf(renamed)).config?.model).toMatchObject({
      stem: 'cifar',
      stageDepths: [2, 2, 2, 2],
      stageWidths: [64, 128, 256, 512],
      projection: 'B',
    });
  });
});

describe('what does not fit', () => {
  const config = completeConfig({ version: 1, model: tiny });
  const rowsOf = (tensors: Tensors) => inspect(fileOf(tensors), { ...NO_ANSWERS, config }).rows;
  const told = (tensors: Tensors) =>
    rowsOf(tensors)
      .filter(({ status }) => status !== 'matched')
      .map(({ name, status, why }) => `${name}: ${status}: ${why}`)
      .sort();

  it('is missing, misshapen, unusable or of effect, and why is said', () => {
    let tensors = without(tensorsOf(tiny), 'layer1.0.bn1.weight', 'bn1.running_mean');
    tensors = withTensor(tensors, 'fc.weight', [100, 8]);
    tensors = withTensor(tensors, 'layer1.0.gate', [1]);
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
    expect(told(tensors)).toEqual([
      'bn1.bias: unusable: 2 of its 4 numbers are infinite or NaN',
      expect.stringContaining('bn1.running_mean: missing: BatchNorm without running statistics'),
      'bn1.running_var: unusable: 1 of its 4 numbers are negative, infinite or NaN',
      'fc.bias: unusable: I64 [10], not F32 [10]',
      'fc.weight: wrong shape: F32 [100, 8], not F32 [10, 8]',
      'layer1.0.bn1.weight: missing: not in the file',
      expect.stringContaining('layer1.0.gate: changes the function: attention'),
    ]);
  });

  it('shows the name in the file beside torchvision’s', () => {
    const tensors = tensorsOf(tiny);
    const renamed = new Map(
      [...tensors].map(([name, tensor]) => [name.replace('fc.', 'linear.'), tensor]),
    );
    expect(rowsOf(renamed).find(({ name }) => name === 'fc.bias')).toMatchObject({
      ...{ status: 'matched', fileName: 'linear.bias' },
    });
  });

  it('is a second classifier, which may be left out', () => {
    const tensors = withTensor(tensorsOf(tiny), 'linear.weight', [10, 8]);
    const { blocked } = inspect(fileOf(tensors), { ...NO_ANSWERS, config });
    expect(blocked).toContain('linear.weight changes the function');
    const answers = { ...NO_ANSWERS, config, ignore: ['linear'] };
    expect(inspect(fileOf(tensors), answers).blocked).toBeNull();
  });
});

describe('what files say', () => {
  const usual = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] } as const;
  const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
  const none = new Map<string, string>();

  it('warns of other or unknown normalisation and of other classes', () => {
    expect(cautionsOf(none, 10, null, usual)).toEqual([
      expect.stringContaining('does not say how its images were normalised'),
    ]);
    expect(cautionsOf(none, 10, imagenet, usual)).toEqual([
      expect.stringContaining('mean (0.485, 0.456, 0.406)'),
    ]);
    expect(cautionsOf(none, 10, imagenet, imagenet)).toEqual([]);
    expect(cautionsOf(none, 100, usual, usual)).toEqual([
      expect.stringContaining('100 classes are not CIFAR-10’s'),
    ]);
    expect(cautionsOf(new Map([['classNames', '["a","b"]']]), 10, usual, usual)).toHaveLength(1);
    expect(configOf(new Map([['config', '{"version":2}']]))).toBeNull();
  });
});
