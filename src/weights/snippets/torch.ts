/** Python that loads a file of weights into a PyTorch module and classifies images. */
import type { ModelConfig } from '../../model/config.ts';
import { ASSUMED_REMARK, knownNormalization, pixelInput } from '../exportModel.ts';
import type { SnippetContext } from '../formats/format.ts';
import type { Naming } from '../names.ts';
import { TORCH_IMPORTS, torchModule } from './torchModule.ts';

/** What differs from format to format when loading. */
interface Loading {
  /** For `pip install`. */
  readonly install: string;
  readonly imports: readonly string[];
  /** Ends with `state`, a dictionary of tensors. */
  readonly load: readonly string[];
}

/** A whole program: the network, its weights, the normalisation, a batch to try it on. */
export function loadsIntoTorch(
  { config, options }: SnippetContext,
  { install, imports, load }: Loading,
): string {
  const { size, block } = pixelInput(config.model);
  const { mean, std } = config.data;
  return [
    `# pip install ${install}`,
    ...TORCH_IMPORTS,
    ...imports,
    ...network(config.model, options.naming),
    ...load,
    'model.load_state_dict(state, strict=True)',
    'model.eval()',
    '',
    ...(knownNormalization(config.data) === null ? [`# ${ASSUMED_REMARK}`] : []),
    `mean = torch.tensor([${mean.join(', ')}]).view(3, 1, 1)`,
    `std = torch.tensor([${std.join(', ')}]).view(3, 1, 1)`,
    '',
    '',
    `def normalise(images):  # uint8 [N, 3, ${size}, ${size}], RGB, as trained on`,
    `    x = ${block === 1 ? 'images / 255' : `F.avg_pool2d(images / 255, ${block})`}`,
    '    return (x - mean) / std',
    '',
    '',
    `images = torch.randint(256, (1, 3, ${size}, ${size}), dtype=torch.uint8)  # yours here`,
    'with torch.no_grad():',
    '    logits = model(normalise(images))',
    'print(logits.softmax(1))',
    '',
  ].join('\n');
}

/** Ends with `model`. */
function network(model: ModelConfig, naming: Naming): string[] {
  if (naming === 'torchvision') return ['', '', ...torchModule(model), '', '', 'model = Net()'];
  const depths = model.stageDepths.join(', ');
  const optionB = model.projection === 'B';
  return [
    'from resnet import BasicBlock, ResNet  # github.com/akamaster/pytorch_resnet_cifar10',
    '',
    ...(optionB
      ? [
          '',
          'class BlockB(BasicBlock):',
          '    def __init__(self, in_planes, planes, stride=1):',
          '        super().__init__(in_planes, planes, stride, option="B")',
          '',
          '',
        ]
      : []),
    `model = ResNet(${optionB ? 'BlockB' : 'BasicBlock'}, [${depths}], num_classes=${model.classes})`,
  ];
}
