/** The network as PyTorch source: a plain `nn.Module` whose state dict has torchvision's names. */
import { BOTTLENECK_EXPANSION, blockOutputChannels } from '../../model/block.ts';
import { branchScaleStart, learnsScale } from '../../model/branchScale.ts';
import { hasStemPool, stemWidth } from '../../model/builder.ts';
import type { ModelConfig } from '../../model/config.ts';
import { wantedGroups } from '../../model/groupNorm.ts';

const ACTIVATIONS = { relu: 'F.relu', tanh: 'torch.tanh', sigmoid: 'torch.sigmoid' } as const;

/** Imports that the source needs at its top. */
export const TORCH_IMPORTS = [
  'import torch',
  'import torch.nn.functional as F',
  'from torch import nn',
] as const;

/**
 * Classes `Block` and `Net` of exactly this model; `Net()` takes images [N, 3, S, S]. Needs `TORCH_IMPORTS`. The
 * parameters of a cut shortcut exist but are not used, so that a state dict loads with `strict=True`.
 */
export function torchModule(model: ModelConfig): string[] {
  const parts = [
    ...[convolution(model), groupNormFunction(model), excitationClass(model)],
    ...[blockClass(model), netClass(model)],
  ].filter(({ length }) => length > 0);
  return parts.flatMap((lines, i) => (i === 0 ? lines : ['', '', ...lines]));
}

const indent = (depth: number, lines: readonly string[]): string[] =>
  lines.map((line) => (line === '' ? '' : `${'    '.repeat(depth)}${line}`));

const activated = ({ activation }: ModelConfig, value: string): string =>
  `${ACTIVATIONS[activation]}(${value})`;

const hasNorms = ({ normalization }: ModelConfig): boolean => normalization !== 'none';

/** With PyTorch's own ε left unsaid. */
const epsilon = ({ batchNormEps }: ModelConfig): string =>
  batchNormEps === 1e-5 ? '' : `, eps=${batchNormEps}`;

/** `nn.BatchNorm2d(16)`, or a call of `groupNormFunction`. */
export const normalization = (model: ModelConfig, channels: string | number): string =>
  model.normalization === 'group'
    ? `group_norm(${channels})`
    : `nn.BatchNorm2d(${channels}${epsilon(model)})`;

const isExcited = ({ squeezeExcitation = 0 }: ModelConfig): boolean => squeezeExcitation > 0;

/** The module of squeeze-excitation, under timm's names; nothing where there is none. */
export const excitationClass = (model: ModelConfig): string[] =>
  isExcited(model)
    ? [
        'class SqueezeExcitation(nn.Module):',
        '    def __init__(self, channels):',
        '        super().__init__()',
        `        squeezed = max(1, channels // ${model.squeezeExcitation})`,
        '        self.fc1 = nn.Conv2d(channels, squeezed, 1)',
        '        self.fc2 = nn.Conv2d(squeezed, channels, 1)',
        '',
        '    def forward(self, x):',
        '        means = x.mean((2, 3), keepdim=True)',
        '        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(means))))',
      ]
    : [];

/** Lines of a block that make it, and that apply it to `value`. */
export const excitation = (model: ModelConfig, channels: string): string[] =>
  isExcited(model) ? [`self.se = SqueezeExcitation(${channels})`] : [];
export const excite = (model: ModelConfig, value: string): string[] =>
  isExcited(model) ? [`${value} = self.se(${value})`] : [];

/** The function that `normalization` calls; nothing where there is no group norm. */
export const groupNormFunction = (model: ModelConfig): string[] =>
  model.normalization === 'group'
    ? [
        'def group_norm(channels):',
        `    groups = next(n for n in range(min(${wantedGroups(model)}, channels), 0, -1) if channels % n == 0)`,
        `    return nn.GroupNorm(groups, channels${epsilon(model)})`,
      ]
    : [];

function convolution(model: ModelConfig): string[] {
  const bias = hasNorms(model) ? ', bias=False' : '';
  return [
    'def conv(inputs, outputs, kernel, stride=1):',
    `    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2${bias})`,
  ];
}

interface Layer {
  readonly inputs: string;
  readonly outputs: string;
  readonly arguments: string;
}

function branchLayers({ block, bottleneckStride }: ModelConfig): readonly Layer[] {
  const layer = (inputs: string, outputs: string, kernelAndStride: string): Layer => ({
    inputs,
    outputs,
    arguments: `${inputs}, ${outputs}, ${kernelAndStride}`,
  });
  return block === 'bottleneck'
    ? [
        layer('inputs', 'width', bottleneckStride === '1x1' ? '1, stride' : '1'),
        layer('width', 'width', bottleneckStride === '3x3' ? '3, stride' : '3'),
        layer('width', 'outputs', '1'),
      ]
    : [layer('inputs', 'outputs', '3, stride'), layer('outputs', 'outputs', '3')];
}

/** Blocks have a parameter for a cut shortcut only if some shortcut is cut. */
function blockClass(model: ModelConfig): string[] {
  const { block, order, projection, shortcuts } = model;
  const cuts = shortcuts && model.cutShortcuts.length > 0;
  const modules = branchLayers(model).flatMap((layer, i) => [
    `self.conv${i + 1} = conv(${layer.arguments})`,
    ...(hasNorms(model)
      ? [
          `self.bn${i + 1} = ${normalization(model, order === 'pre' ? layer.inputs : layer.outputs)}`,
        ]
      : []),
  ]);
  const isBottleneck = block === 'bottleneck';
  return [
    'class Block(nn.Module):',
    ...indent(1, [
      `def __init__(self, inputs, ${isBottleneck ? 'width' : 'outputs'}, stride=1${cuts ? ', cut=False' : ''}):`,
      ...indent(1, [
        'super().__init__()',
        ...(isBottleneck ? [`outputs = width * ${BOTTLENECK_EXPANSION}`] : []),
        ...modules,
        ...excitation(model, 'outputs'),
        ...(shortcuts ? shortcutModules(model) : []),
        ...(shortcuts && learnsScale(model)
          ? [
              `self.scale = nn.Parameter(torch.ones(${model.branchScale === 'scalar' ? 1 : 'outputs'}))`,
            ]
          : []),
        ...(shortcuts && model.shortcutGate !== undefined
          ? ['self.gate = nn.Conv2d(inputs, outputs, 1, stride)']
          : []),
        ...(cuts ? ['self.cut = cut'] : []),
      ]),
      '',
      ...(shortcuts && projection === 'A' ? [...optionA(model), ''] : []),
      'def forward(self, x):',
      ...indent(1, blockForward(model, cuts)),
    ]),
  ];
}

function shortcutModules(model: ModelConfig): string[] {
  const { order, projection } = model;
  if (projection === 'A') return ['self.stride, self.missing = stride, outputs - inputs'];
  const norm = hasNorms(model) && order !== 'pre' ? `, ${normalization(model, 'outputs')}` : '';
  const assign = `self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride)${norm})`;
  if (projection === 'C') return [assign];
  return [
    `self.downsample = ${projectsActivated(model) ? 'None' : 'nn.Identity()'}`,
    'if stride != 1 or inputs != outputs:',
    ...indent(1, [assign]),
  ];
}

/** Subsampled, then padded with channels of zeros, half of them before or all after. */
const optionA = ({ paddingA }: ModelConfig): readonly string[] => [
  'def downsample(self, x):  # option A: no parameters',
  ...(paddingA === 'end' ? [] : ['    before = self.missing // 2']),
  '    x = x[:, :, :: self.stride, :: self.stride]',
  paddingA === 'end'
    ? '    return F.pad(x, (0, 0, 0, 0, 0, self.missing))'
    : '    return F.pad(x, (0, 0, 0, 0, before, self.missing - before))',
];

/** Whether projections read what the block's first convolution reads. */
export const projectsActivated = (model: ModelConfig): boolean =>
  model.order === 'pre' &&
  model.preProjection === 'activated' &&
  model.shortcuts &&
  model.projection !== 'A';

function blockForward(model: ModelConfig, cuts: boolean): string[] {
  const count = branchLayers(model).length;
  const pre = model.order === 'pre';
  const activatedFirst = projectsActivated(model);
  let from = 'x';
  const lines = Array.from({ length: count }, (_, i) => {
    const norm = (value: string) => (hasNorms(model) ? `self.bn${i + 1}(${value})` : value);
    const convolved = (value: string) => `self.conv${i + 1}(${value})`;
    let value: string;
    if (i === 0 && activatedFirst) value = convolved('a');
    else if (pre) value = convolved(activated(model, norm(from)));
    else if (i < count - 1 || model.order === 'actBeforeAdd')
      value = activated(model, norm(convolved(from)));
    else value = model.order === 'normAfterAdd' ? convolved(from) : norm(convolved(from));
    from = 'y';
    return `y = ${value}`;
  });
  lines.push(...excite(model, 'y'));
  const end = (value: string) => `return ${joined(model, value)}`;
  if (!model.shortcuts) return [...lines, end('y')];
  const ahead = [
    ...(cuts ? ['if self.cut:', ...indent(1, [end('y')])] : []),
    ...(model.shortcutGate === undefined ? [] : ['g = torch.sigmoid(self.gate(x))']),
  ];
  if (!activatedFirst) return [...lines, ...ahead, end(scaled(model, 'self.downsample(x)'))];
  const first = `a = ${activated(model, hasNorms(model) ? 'self.bn1(x)' : 'x')}`;
  const carried =
    model.projection === 'C'
      ? 'self.downsample(a)'
      : '(x if self.downsample is None else self.downsample(a))';
  return [first, ...lines, ...ahead, end(scaled(model, carried))];
}

/** What follows the addition. */
function joined(model: ModelConfig, sum: string): string {
  if (model.order === 'pre' || model.order === 'actBeforeAdd') return sum;
  const isNormed = model.order === 'normAfterAdd' && hasNorms(model);
  return activated(model, isNormed ? `self.bn${branchLayers(model).length}(${sum})` : sum);
}

const drops = ({ shortcuts, survival = 1 }: ModelConfig): boolean => shortcuts && survival < 1;

/** The branch and the shortcut, times what they are multiplied by. */
function scaled(model: ModelConfig, carried: string): string {
  const { branchScale, shortcutGate, shortcutScale = 1 } = model;
  const branch = [
    ...(drops(model) ? ['self.survival'] : []),
    ...(branchScale === 'constant' ? [`${branchScaleStart(model)}`] : []),
    ...(learnsScale(model) ? ['self.scale.view(-1, 1, 1)'] : []),
    ...(shortcutGate === 'exclusive' ? ['g'] : []),
    'y',
  ];
  const shortcut = [
    ...(shortcutScale === 1 ? [] : [`${shortcutScale}`]),
    ...(shortcutGate === undefined ? [] : ['(1 - g)']),
    carried,
  ];
  return `${branch.join(' * ')} + ${shortcut.join(' * ')}`;
}

/** Stochastic depth, in tests: a block's branch counts as often as it did in training. */
function survivals(model: ModelConfig): string[] {
  if (!drops(model)) return [];
  const count = model.stageDepths.reduce((sum, depth) => sum + depth, 0);
  return [
    'blocks = [part for part in self.modules() if isinstance(part, Block)]',
    'for place, block in enumerate(blocks, 1):',
    `    block.survival = 1 - place / ${count} * (1 - ${model.survival ?? 1})`,
  ];
}

/** `nn.Sequential(Block(16, 32, 2), *(Block(32, 32) for _ in range(2)))` */
function stage(model: ModelConfig, index: number, inputs: number): string {
  const width = model.stageWidths[index] ?? 1;
  const depth = model.stageDepths[index] ?? 1;
  const outputs = blockOutputChannels(model.block, width);
  const name = `layer${index + 1}`;
  const cuts = model.shortcuts
    ? model.cutShortcuts
        .filter((cut) => cut.startsWith(`${name}.`))
        .map((cut) => Number(cut.slice(name.length + 1)))
        .sort((a, b) => a - b)
    : [];
  const first = `Block(${inputs}, ${width}, ${index === 0 ? 1 : 2}${cuts.includes(0) ? ', cut=True' : ''})`;
  const later = cuts.filter((cut) => cut > 0);
  const cut = later.length > 0 ? `, cut=i in (${later.join(', ')},)` : '';
  const rest = `*(Block(${outputs}, ${width}${cut}) for ${cut === '' ? '_' : 'i'} in range(1, ${depth}))`;
  return `self.${name} = nn.Sequential(${first}${depth > 1 ? `, ${rest}` : ''})`;
}

function netClass(model: ModelConfig): string[] {
  const { order, stem, classes, stageWidths } = model;
  const width = stemWidth(model);
  const imagenet = stem === 'imagenet';
  const outputsOf = (index: number): number =>
    index < 0 ? width : blockOutputChannels(model.block, stageWidths[index] ?? 1);
  const channels = outputsOf(stageWidths.length - 1);
  const norm = hasNorms(model);
  const stem1 = norm ? 'self.bn1(self.conv1(x))' : 'self.conv1(x)';
  return [
    'class Net(nn.Module):',
    ...indent(1, [
      'def __init__(self):',
      ...indent(1, [
        'super().__init__()',
        `self.conv1 = conv(3, ${width}, ${imagenet ? '7, 2' : '3'})`,
        ...(norm && order !== 'pre' ? [`self.bn1 = ${normalization(model, width)}`] : []),
        ...stageWidths.map((_, i) => stage(model, i, outputsOf(i - 1))),
        ...(norm && order === 'pre' ? [`self.bn_last = ${normalization(model, channels)}`] : []),
        `self.fc = nn.Linear(${channels}, ${classes})`,
        ...survivals(model),
      ]),
      '',
      'def forward(self, x):',
      ...indent(1, [
        `x = ${order === 'pre' ? 'self.conv1(x)' : activated(model, stem1)}`,
        ...(hasStemPool(model) ? ['x = F.max_pool2d(x, 3, 2, 1)'] : []),
        ...stageWidths.map((_, i) => `x = self.layer${i + 1}(x)`),
        ...(order === 'pre' ? [`x = ${activated(model, norm ? 'self.bn_last(x)' : 'x')}`] : []),
        'return self.fc(x.mean((2, 3)))',
      ]),
    ]),
  ];
}
