/** The network of train.py: its Python classes, written for one config. */
import { blockOutputChannels } from '../../model/block.ts';
import { branchScaleStart, learnsScale } from '../../model/branchScale.ts';
import { hasStemPool, stemWidth } from '../../model/builder.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { hasShortcuts } from '../../model/shortcuts.ts';
import { float } from './float.ts';
import {
  excitation,
  excitationClass,
  excite,
  groupNormFunction,
  normalization,
  projectsActivated,
} from '../snippets/torchModule.ts';

const ACTIVATIONS: Readonly<Record<ModelConfig['activation'], string>> = {
  relu: 'F.relu',
  tanh: 'torch.tanh',
  sigmoid: 'torch.sigmoid',
};

/** Name of the network's class. */
export function className(model: ModelConfig): string {
  return `${model.order === 'pre' ? 'Pre' : ''}${hasShortcuts(model) ? 'ResNet' : 'PlainNet'}`;
}

const blockClass = ({ block }: ModelConfig) => (block === 'basic' ? 'BasicBlock' : 'Bottleneck');

/** Indents by `level` levels. */
const indent = (lines: readonly string[], level: number): string[] =>
  lines.map((line) => (line === '' ? '' : `${'    '.repeat(level)}${line}`));

/** Every definition that the network needs, ending in its class. */
export function modelSource(graph: LayerGraph): string {
  const { model } = graph;
  const usesOptionA = graph.blocks.some(({ shortcut }) => shortcut === 'optionA');
  const parts = [
    ...(usesOptionA ? [optionA(model)] : []),
    ...[groupNormFunction(model), excitationClass(model)].filter(({ length }) => length > 0),
    ...(drops(graph) ? [DROPOUT_CLASS] : []),
    ...(survives(graph) ? [SURVIVAL_CLASS] : []),
    blockSource(graph),
    stageFunction(model),
    networkSource(graph),
  ];
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n\n');
}

function optionA({ paddingA }: ModelConfig): string[] {
  const isEnd = paddingA === 'end';
  return [
    'def option_a(x, stride, channels):',
    `    """Shortcut without weights: every stride-th pixel, then channels of zeros, ${isEnd ? 'all after' : 'half of them before'}."""`,
    '    x = x[:, :, ::stride, ::stride]',
    '    missing = channels - x.shape[1]',
    `    return F.pad(x, (0, 0, 0, 0, ${isEnd ? '0, missing' : 'missing // 2, missing - missing // 2'}))`,
  ];
}

/** Masks are hashed as on the page, so that losses agree with dropout too. */
const DROPOUT_CLASS = [
  'class Dropout(nn.Module):',
  '    """nn.Dropout, whose masks are the page\'s: a function of seed, step and place."""',
  '',
  '    step = first_row = 0  # of the batch; set before every step',
  '',
  '    def __init__(self, stream, rate):',
  '        super().__init__()',
  '        self.stream, self.rate = stream, rate',
  '',
  '    def forward(self, x):  # [rows, features] or [rows, channels, height, width]',
  '        if not self.training:',
  '            return x',
  '        rows, features = (torch.arange(n, device=x.device) for n in x.flatten(1).shape)',
  '        place = features * BATCH_SIZE + Dropout.first_row + rows[:, None]',
  '        counter = (Dropout.step * BATCH_SIZE * len(features) + place) & U32',
  '        keep = hash32(SEED, self.stream, counter) >= math.floor(self.rate * 2**32)',
  '        return x * keep.view(x.shape) / (1 - self.rate)',
];

/** Whether anything is dropped out: features or what shortcuts carry. */
const drops = ({ nodes }: LayerGraph): boolean => nodes.some(({ kind }) => kind === 'dropout');

const dropsShortcuts = ({ nodes }: LayerGraph): boolean =>
  nodes.some(({ kind, block }) => kind === 'dropout' && block !== null);

/** Whether some block's branch is dropped in some steps. */
const survives = ({ nodes }: LayerGraph): boolean =>
  nodes.some((node) => node.kind === 'scale' && node.survival < 1);

const SURVIVAL_CLASS = [
  'class Survival(nn.Module):',
  '    """Stochastic depth (Huang et al. 2016): a branch, or 0 in the steps in which the page drops it, too."""',
  '',
  '    step = 0  # set before every step',
  '',
  '    def __init__(self, name, chance):',
  '        super().__init__()',
  '        self.stream, self.chance = stream_of(name), chance',
  '',
  '    def forward(self, branch):',
  '        if not self.training:',
  '            return self.chance * branch',
  '        is_alive = hash32(SEED, self.stream, Survival.step) < math.floor(self.chance * 2**32)',
  '        return float(is_alive) * branch',
];

interface Layer {
  readonly inputs: string;
  readonly outputs: string;
  readonly kernel: number;
  readonly strided: boolean;
}

function branchLayers({ block, bottleneckStride }: ModelConfig): Layer[] {
  const isFirst = bottleneckStride === '1x1';
  if (block === 'basic') {
    return [
      { inputs: 'in_channels', outputs: 'channels', kernel: 3, strided: true },
      { inputs: 'channels', outputs: 'channels', kernel: 3, strided: false },
    ];
  }
  return [
    { inputs: 'in_channels', outputs: 'width', kernel: 1, strided: isFirst },
    { inputs: 'width', outputs: 'width', kernel: 3, strided: !isFirst },
    { inputs: 'width', outputs: 'channels', kernel: 1, strided: false },
  ];
}

/** `nn.Conv2d(16, 32, 3, stride, padding=1, bias=False)` */
function convolution(
  model: ModelConfig,
  inputs: string | number,
  outputs: string | number,
  kernel: number,
  stride: string | number,
): string {
  const options = [
    ...(stride === 1 ? [] : [`${stride}`]),
    ...(kernel === 1 ? [] : [`padding=${(kernel - 1) / 2}`]),
    ...(model.normalization !== 'none' ? ['bias=False'] : []),
  ];
  return `nn.Conv2d(${[inputs, outputs, kernel, ...options].join(', ')})`;
}

function blockSource(graph: LayerGraph): string[] {
  const { model } = graph;
  const isCut = graph.blocks.some(({ shortcut }) => shortcut === 'cut');
  const layers = branchLayers(model);
  const normalized = model.normalization !== 'none';
  const pre = model.order === 'pre';
  const init = [
    'super().__init__()',
    ...(model.block === 'bottleneck' ? ['channels = 4 * width'] : []),
    ...layers.flatMap(({ inputs, outputs, kernel, strided }, i) => [
      `self.conv${i + 1} = ${convolution(model, inputs, outputs, kernel, strided ? 'stride' : 1)}`,
      ...(normalized ? [`self.bn${i + 1} = ${normalization(model, pre ? inputs : outputs)}`] : []),
    ]),
    ...excitation(model, 'channels'),
    ...downsample(model, isCut),
    ...branchScale(model, isCut),
    ...gate(model, isCut),
    ...(isCut ? ['self.cut = cut'] : []),
    ...(graph.blocks.some(({ shortcut }) => shortcut === 'optionA')
      ? ['self.stride = stride']
      : []),
  ];
  const last = layers.length;
  const widthName = model.block === 'basic' ? 'channels' : 'width';
  return [
    `class ${blockClass(model)}(nn.Module):`,
    ...indent([`"""${blockSummary(model)}"""`, ''], 1),
    ...indent([`def __init__(self, in_channels, ${widthName}, stride${isCut ? ', cut' : ''}):`], 1),
    ...indent(init, 2),
    '',
    ...indent(['def forward(self, x):'], 1),
    ...indent([...branch(model, last), ...joined(graph, isCut)], 2),
  ];
}

function blockSummary(model: ModelConfig): string {
  const kernels = branchLayers(model).map(({ kernel }) => `${kernel}x${kernel}`);
  const order = {
    pre: `pre-activation, ${projectsActivated(model) ? 'projections from the activated' : 'the shortcut from the raw'} input`,
    post: 'activation after the addition',
    normAfterAdd: 'BatchNorm and activation after the addition',
    actBeforeAdd: 'activation before the addition',
  }[model.order];
  return hasShortcuts(model) ? `${kernels.join(', ')}; ${order}.` : `${kernels.join(', ')}.`;
}

/** Projection shortcuts: torchvision's `downsample`. */
function downsample(model: ModelConfig, isCut: boolean): string[] {
  if (!model.shortcuts || model.projection === 'A') return [];
  const projected = convolution(model, 'in_channels', 'channels', 1, 'stride');
  const norm = model.normalization !== 'none' && model.order !== 'pre';
  const build = [
    'self.downsample = nn.Sequential(',
    `    ${projected}${norm ? `, ${normalization(model, 'channels')}` : ''}`,
    ')',
    ...(isCut
      ? ['if cut:  # its weights stay unchanged', '    self.downsample.requires_grad_(False)']
      : []),
  ];
  if (model.projection === 'C') return build;
  return [
    'self.downsample = None',
    'if stride != 1 or in_channels != channels:',
    ...indent(build, 1),
  ];
}

/** A factor of the branch's own. */
function branchScale(model: ModelConfig, isCut: boolean): string[] {
  if (!model.shortcuts || !learnsScale(model)) return [];
  const size = model.branchScale === 'scalar' ? '1' : 'channels';
  const start = `torch.full((${size},), ${float(branchScaleStart(model))})`;
  return [`self.scale = nn.Parameter(${start}${isCut ? ', requires_grad=not cut' : ''})`];
}

/** The convolution whose sigmoid the shortcut, or both sides, are multiplied by. */
function gate(model: ModelConfig, isCut: boolean): string[] {
  if (!model.shortcuts || model.shortcutGate === undefined) return [];
  return [
    'self.gate = nn.Conv2d(in_channels, channels, 1, stride)',
    ...(isCut ? ['self.gate.requires_grad_(not cut)'] : []),
  ];
}

/** The branch and the shortcut, times what they are multiplied by. */
function scaled(graph: LayerGraph, carried: string): string {
  const { branchScale, shortcutGate, shortcutScale = 1 } = graph.model;
  const by =
    branchScale === 'constant' ? float(branchScaleStart(graph.model)) : 'self.scale.view(-1, 1, 1)';
  const gated = shortcutGate === 'exclusive' ? 'gate * out' : 'out';
  const branch = branchScale === undefined ? gated : `${by} * ${gated}`;
  const alive = survives(graph) ? `self.survival(${branch})` : branch;
  const kept = shortcutGate === undefined ? carried : `(1 - gate) * ${carried}`;
  const left = dropsShortcuts(graph) ? `self.dropout(${kept})` : kept;
  return `${alive} + ${shortcutScale === 1 ? '' : `${float(shortcutScale)} * `}${left}`;
}

/** Gives the blocks what differs from one to the next: the masks of their dropout, their chances of stochastic depth. */
function drawn(graph: LayerGraph): string[] {
  if (!survives(graph) && !dropsShortcuts(graph)) return [];
  const { model, blocks } = graph;
  const dropout = `Dropout(stream_of(f"{name}.shortcutDropout"), ${model.shortcutDropout ?? 0})`;
  const chance = `1 - place / ${blocks.length} * (1 - ${model.survival ?? 1})`;
  return [
    `blocks = [(name, part) for name, part in self.named_modules() if isinstance(part, ${blockClass(model)})]`,
    'for place, (name, block) in enumerate(blocks, 1):',
    ...(survives(graph) ? [`    block.survival = Survival(f"{name}.scaled", ${chance})`] : []),
    ...(dropsShortcuts(graph) ? [`    block.dropout = ${dropout}`] : []),
  ];
}

/** `out = …`: the block's branch, layer by layer. */
function branch(model: ModelConfig, last: number): string[] {
  const activation = ACTIVATIONS[model.activation];
  const normalized = model.normalization !== 'none';
  const activatedFirst = projectsActivated(model);
  const first = `activated = ${activation}(${normalized ? 'self.bn1(x)' : 'x'})`;
  const lines = Array.from({ length: last }, (_, i) => {
    if (i === 0 && activatedFirst) return 'out = self.conv1(activated)';
    const from = i === 0 ? 'x' : 'out';
    const norm = (value: string) => (normalized ? `self.bn${i + 1}(${value})` : value);
    if (model.order === 'pre') return `out = self.conv${i + 1}(${activation}(${norm(from)}))`;
    const convolved = `self.conv${i + 1}(${from})`;
    const isLast = i === last - 1;
    const value = isLast && model.order === 'normAfterAdd' ? convolved : norm(convolved);
    const isActivated = !isLast || model.order === 'actBeforeAdd';
    return `out = ${isActivated ? `${activation}(${value})` : value}`;
  });
  return [...(activatedFirst ? [first] : []), ...lines, ...excite(model, 'out')];
}

/** The addition, followed by the activation of post-activation blocks. */
function joined(graph: LayerGraph, isCut: boolean): string[] {
  const { model, blocks } = graph;
  const isNormed = model.order === 'normAfterAdd' && model.normalization !== 'none';
  const sum = isNormed ? `self.bn${branchLayers(model).length}(out)` : 'out';
  const isActivated = model.order === 'post' || model.order === 'normAfterAdd';
  const output = isActivated ? `${ACTIVATIONS[model.activation]}(${sum})` : sum;
  if (!model.shortcuts) return [`return ${output}`];
  const projected = projectsActivated(model) ? 'activated' : 'x';
  const carried: Record<ModelConfig['projection'], string> = {
    A: blocks.some(({ shortcut }) => shortcut === 'optionA')
      ? 'option_a(x, self.stride, out.shape[1])'
      : 'x',
    B: `(x if self.downsample is None else self.downsample(${projected}))`,
    C: `self.downsample(${projected})`,
  };
  const addition = [
    ...(model.shortcutGate === undefined ? [] : ['gate = torch.sigmoid(self.gate(x))']),
    `out = ${scaled(graph, carried[model.projection])}`,
  ];
  return [...(isCut ? ['if not self.cut:', ...indent(addition, 1)] : addition), `return ${output}`];
}

function stageFunction(model: ModelConfig): string[] {
  const name = blockClass(model);
  const cut = model.shortcuts && model.cutShortcuts.length > 0;
  const after = model.block === 'basic' ? 'width' : '4 * width';
  const arguments_ = (stride: string, index: string) =>
    `${stride}${cut ? `, cut=${index} in cut` : ''}`;
  return [
    `def stage(in_channels, width, blocks, stride${cut ? ', cut=()' : ''}):`,
    `    """A sequence of blocks, the first with the stride${cut ? '; those in `cut` without their shortcut' : ''}."""`,
    `    first = ${name}(in_channels, width, ${arguments_('stride', '0')})`,
    `    rest = (${name}(${after}, width, ${arguments_('1', 'i')}) for ${cut ? 'i' : '_'} in range(1, blocks))`,
    '    return nn.Sequential(first, *rest)',
  ];
}

function networkSource(graph: LayerGraph): string[] {
  const { model } = graph;
  const { block, stageDepths, stageWidths } = model;
  const pre = model.order === 'pre';
  const normalized = model.normalization !== 'none';
  const activation = ACTIVATIONS[model.activation];
  const imagenet = model.stem === 'imagenet';
  const stem = stemWidth(model);
  const init = ['super().__init__()'];
  init.push(
    `self.conv1 = ${convolution(model, 3, stem, imagenet ? 7 : 3, imagenet ? 2 : 1)}`,
    ...(normalized && !pre ? [`self.bn1 = ${normalization(model, stem)}`] : []),
  );
  let channels = stem;
  const layers: string[] = [];
  for (const [i, depth] of stageDepths.entries()) {
    const width = stageWidths[i] ?? 1;
    const layer = `layer${i + 1}`;
    const cut = graph.blocks
      .filter(({ stage, shortcut }) => stage === i + 1 && shortcut === 'cut')
      .map(({ index }) => index);
    const cuts = cut.length > 0 ? `, cut={${cut.join(', ')}}` : '';
    init.push(
      `self.${layer} = stage(${channels}, ${width}, blocks=${depth}, stride=${i === 0 ? 1 : 2}${cuts})`,
    );
    layers.push(`x = self.${layer}(x)`);
    channels = blockOutputChannels(block, width);
  }
  if (pre && normalized) init.push(`self.bn_last = ${normalization(model, channels)}`);
  if (model.dropout > 0) {
    const last = graph.nodes.findLast((node) => node.kind === 'dropout');
    init.push(`self.dropout = Dropout(${last?.stream ?? 0}, DROPOUT)`);
  }
  init.push(`self.fc = nn.Linear(${channels}, ${model.classes})`, ...drawn(graph));

  const conv = 'self.conv1(x)';
  const normed = normalized ? `self.bn1(${conv})` : conv;
  const lastNormed = normalized ? 'self.bn_last(x)' : 'x';
  const forward = [
    `x = ${pre ? conv : `${activation}(${normed})`}`,
    ...(hasStemPool(model) ? ['x = F.max_pool2d(x, 3, 2, padding=1)'] : []),
    ...layers,
    ...(pre ? [`x = ${activation}(${lastNormed})`] : []),
    'x = x.mean((2, 3))  # global average pool',
    ...(model.dropout > 0 ? ['x = self.dropout(x)'] : []),
    'return self.fc(x)',
  ];
  return [
    `class ${className(model)}(nn.Module):`,
    `    """${graph.parameterCount.toLocaleString('en-US')} parameters, under torchvision's names."""`,
    '',
    '    def __init__(self):',
    ...indent(init, 2),
    '',
    '    def forward(self, x):  # [rows, 3, S, S]',
    ...indent(forward, 2),
  ];
}
