/** The fields of a network in people's words. */
import { hasStemPool } from '../model/builder.ts';
import { branchScaleStart, gateBias } from '../model/branchScale.ts';
import type { ModelConfig } from '../model/config.ts';
import { wantedGroups } from '../model/groupNorm.ts';
import { networkDepth } from '../model/networkName.ts';
import type { Say } from '../text/context.ts';
import { dots, yesNo } from './configValues.ts';
import { type ConfigField, choice, entry, flag } from './fieldKinds.ts';

const isUsualPool = ({ stem, stemPool }: ModelConfig): boolean =>
  hasStemPool({ stem, stemPool }) === hasStemPool({ stem });

export const modelFieldsIn = (t: Say) =>
  ({
    stageDepths: entry(
      'model.stageDepths',
      t`Blocks per stage`,
      ({ model }) => dots(model.stageDepths),
      ({ model }, base) =>
        networkDepth(model) === networkDepth(base.model)
          ? t`blocks ${dots(model.stageDepths)}`
          : t`depth ${networkDepth(model)}`,
    ),
    shortcuts: entry(
      'model.shortcuts',
      t`Shortcuts`,
      ({ model }) => (model.shortcuts ? t`on` : t`off`),
      ({ model }) => (model.shortcuts ? t`shortcuts` : t`no shortcuts`),
    ),
    cutShortcuts: entry(
      'model.cutShortcuts',
      t`Cut shortcuts`,
      ({ model }) => (model.cutShortcuts.length === 0 ? t`none` : model.cutShortcuts.join(', ')),
      ({ model }) => {
        const [first, ...others] = model.cutShortcuts;
        if (first === undefined) return t`no shortcut cut`;
        return others.length === 0 ? t`${first} cut` : t`${others.length + 1} shortcuts cut`;
      },
    ),
    block: choice(
      'model.block',
      t`Block`,
      ({ model }) => model.block,
      [
        ['basic', t`basic: 3×3, 3×3`],
        ['bottleneck', t`bottleneck: 1×1, 3×3, 1×1`],
      ],
      (block) => (block === 'basic' ? t`basic blocks` : t`bottleneck blocks`),
    ),
    order: choice('model.order', t`Activation order`, ({ model }) => model.order, [
      ['post', t`post-activation`],
      ['pre', t`pre-activation`],
      ['normAfterAdd', t`BatchNorm after addition`],
      ['actBeforeAdd', t`activation before addition`],
    ]),
    projection: choice<ModelConfig['projection']>(
      'model.projection',
      t`Shortcut option`,
      ({ model }) => model.projection,
      [
        ['A', 'A'],
        ['B', 'B'],
        ['C', 'C'],
      ],
      (option) => t`option ${option}`,
    ),
    paddingA: {
      ...choice(
        'model.paddingA',
        t`Option A’s zeros`,
        ({ model }) => model.paddingA,
        [
          ['both', t`on both sides`],
          ['end', t`at the end`],
        ],
        (side) => (side === 'end' ? t`zeros at the end` : t`zeros on both sides`),
      ),
      hint: t`Where the channels of zeros go. Programs differ; the paper does not say.`,
    },
    preProjection: {
      ...choice(
        'model.preProjection',
        t`Pre-activation projections read`,
        ({ model }) => model.preProjection,
        [
          ['raw', t`the block’s input`],
          ['activated', t`what the first convolution reads`],
        ],
        (input) =>
          input === 'raw'
            ? t`projections from the raw input`
            : t`projections from the activated input`,
      ),
      hint: t`With options B and C: before or after the block’s first BatchNorm and activation.`,
    },
    bottleneckStride: {
      ...choice(
        'model.bottleneckStride',
        t`Bottleneck’s stride`,
        ({ model }) => model.bottleneckStride,
        [
          ['3x3', t`on the 3×3 (torchvision)`],
          ['1x1', t`on the first 1×1 (the paper)`],
        ],
        (at) => t`stride on the ${at === '3x3' ? '3×3' : '1×1'}`,
      ),
      hint: t`Which convolution of a stage’s first block has the stride of 2.`,
    },
    normalization: choice(
      'model.normalization',
      t`Normalisation`,
      ({ model }) => model.normalization,
      [
        ['batch', 'BatchNorm'],
        ['group', t`group norm`],
        ['none', t`none`],
      ],
      (kind, name) => (kind === 'none' ? t`no BatchNorm` : name),
    ),
    normGroups: {
      ...entry(
        'model.normGroups',
        t`Groups of channels`,
        ({ model }) => (model.normalization === 'group' ? String(wantedGroups(model)) : t`none`),
        ({ model }) => (model.normalization === 'group' ? t`${wantedGroups(model)} groups` : null),
      ),
      hint: t`At most: each layer takes the largest number that divides its channels.`,
    },
    branchScale: choice(
      'model.branchScale',
      t`Branches multiplied`,
      ({ model }) => model.branchScale ?? 'none',
      [
        ['none', t`no`],
        ['constant', t`by a fixed number`],
        ['scalar', t`by a learnt number (SkipInit)`],
        ['channel', t`by one a channel (LayerScale)`],
      ],
      (kind) =>
        ({
          none: t`branches not multiplied`,
          constant: t`fixed branch factors`,
          scalar: 'SkipInit',
          channel: 'LayerScale',
        })[kind],
    ),
    branchScaleStart: entry(
      'model.branchScaleStart',
      t`Branch factor, at first`,
      ({ model }) => (model.branchScale === undefined ? '1' : String(branchScaleStart(model))),
      ({ model }) =>
        model.branchScale === undefined ? null : t`branch factor ${branchScaleStart(model)}`,
    ),
    shortcutScale: entry(
      'model.shortcutScale',
      t`Shortcuts multiplied by`,
      ({ model }) => String(model.shortcutScale ?? 1),
      ({ model }) => t`shortcuts × ${model.shortcutScale ?? 1}`,
    ),
    shortcutGate: choice(
      'model.shortcutGate',
      t`Gates`,
      ({ model }) => model.shortcutGate ?? 'none',
      [
        ['none', t`none`],
        ['exclusive', t`on both sides (highway)`],
        ['shortcutOnly', t`on the shortcut`],
      ],
      (kind) =>
        ({
          none: t`no gates`,
          exclusive: t`exclusive gates`,
          shortcutOnly: t`gated shortcuts`,
        })[kind],
    ),
    gateBias: entry(
      'model.gateBias',
      t`Gates’ bias, at first`,
      ({ model }) => String(gateBias(model)),
      ({ model }) => (model.shortcutGate === undefined ? null : t`gate bias ${gateBias(model)}`),
    ),
    shortcutDropout: entry(
      'model.shortcutDropout',
      t`Dropout on shortcuts`,
      ({ model }) => String(model.shortcutDropout ?? 0),
      ({ model }) => t`shortcut dropout ${model.shortcutDropout ?? 0}`,
    ),
    survival: {
      ...entry(
        'model.survival',
        t`Last block’s survival (stochastic depth)`,
        ({ model }) => String(model.survival ?? 1),
        ({ model }) => t`survival ${model.survival ?? 1}`,
      ),
      hint: t`Chance that its branch counts in a step; it falls in a line from 1 before the first block.`,
    },
    squeezeExcitation: {
      ...entry(
        'model.squeezeExcitation',
        t`Squeeze-excitation`,
        ({ model }) => (model.squeezeExcitation ? `1/${model.squeezeExcitation}` : t`none`),
        ({ model }) =>
          model.squeezeExcitation
            ? t`squeeze-excitation 1/${model.squeezeExcitation}`
            : t`no squeeze-excitation`,
      ),
      hint: t`The reduction ratio: 16 in the paper, 0 for none.`,
    },
    batchNormEps: {
      ...entry(
        'model.batchNormEps',
        t`BatchNorm’s ε`,
        ({ model }) => String(model.batchNormEps),
        ({ model }) => `ε ${model.batchNormEps}`,
      ),
      hint: t`Added to the variance: 0.00001 in PyTorch, 0.001 in Keras.`,
    },
    activation: choice('model.activation', t`Activation`, ({ model }) => model.activation, [
      ['relu', 'ReLU'],
      ['tanh', 'tanh'],
      ['sigmoid', 'sigmoid'],
    ]),
    stageWidths: entry(
      'model.stageWidths',
      t`Channels per stage`,
      ({ model }) => dots(model.stageWidths),
      ({ model }) => t`widths ${dots(model.stageWidths)}`,
    ),
    stem: choice(
      'model.stem',
      t`Stem`,
      ({ model }) => model.stem,
      [
        ['cifar', '3×3'],
        ['imagenet', t`7×7, stride 2, max-pool`],
      ],
      (stem) => (stem === 'cifar' ? t`3×3 stem` : t`7×7 stem`),
    ),
    stemPool: {
      ...entry(
        'model.stemPool',
        t`Max-pool after the stem`,
        ({ model }) => (isUsualPool(model) ? t`as the stem` : yesNo(t, hasStemPool(model))),
        ({ model }) => {
          if (isUsualPool(model)) return null;
          return hasStemPool(model) ? t`max-pool` : t`no max-pool`;
        },
      ),
      hint: t`A 3×3 window with stride 2, as ImageNet’s stem has it.`,
    },
    stemWidth: entry(
      'model.stemWidth',
      t`Stem channels`,
      ({ model }) => String(model.stemWidth ?? model.stageWidths[0] ?? ''),
      ({ model }, base) =>
        model.stemWidth === base.model.stemWidth
          ? null
          : t`stem width ${model.stemWidth ?? t`as 1st`}`,
    ),
    init: choice(
      'model.init',
      t`Initial weights`,
      ({ model }) => model.init,
      [
        ['he', 'He'],
        ['glorot', 'Glorot'],
        ['fixup', 'Fixup'],
      ],
      (_, name) => t`${name} init`,
    ),
    zeroInitResidual: flag(
      t,
      'model.zeroInitResidual',
      t`Branches start at zero (last BatchNorm 0)`,
      ({ model }) => model.zeroInitResidual,
      t`zero-init`,
      t`no zero-init`,
    ),
    diracInit: flag(
      t,
      'model.diracInit',
      t`Filters start as identities (Dirac)`,
      ({ model }) => model.diracInit ?? false,
      t`Dirac init`,
      t`no Dirac init`,
    ),
    whitening: {
      ...flag(
        t,
        'model.whitening',
        t`First layer whitens patches`,
        ({ model }) => model.whitening ?? false,
        t`patch whitening`,
        t`no patch whitening`,
      ),
      hint: t`Its filters are made from 1,000 of the images, and stay as they are.`,
    },
    dropout: entry(
      'model.dropout',
      t`Dropout before the classifier`,
      ({ model }) => String(model.dropout),
      ({ model }) => t`dropout ${model.dropout}`,
    ),
    classes: entry('model.classes', t`Classes`, ({ model }) => String(model.classes)),
    inputSize: entry(
      'model.inputSize',
      t`Image size`,
      ({ model }) => `${model.inputSize}×${model.inputSize}`,
      ({ model }) => t`${model.inputSize}×${model.inputSize} pixels`,
    ),
  }) satisfies Readonly<Record<string, ConfigField>>;
