/** What a file holds beside a network's tensors, and whether that changes what the network computes. */
import { isFloatType } from '../../containers/numbers/elementType.ts';
import type { StoredTensor } from '../read/weightsFile.ts';
import type { FileModule } from './fileModules.ts';
import { misplacedModules } from './canonical.ts';
import type { FoundNetwork } from './networks.ts';
import { isNormalizationBuffer } from './normalization.ts';
import { t } from '../../text/t.ts';

export interface Leftover {
  /** In the file. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly effect: 'none' | 'changes the function';
  readonly why: string;
}

type Rule = readonly [pattern: RegExp, why: string];

/** By the name in the file. */
const HARMLESS: readonly Rule[] = [
  [
    /(^|[./])num_batches_tracked$/,
    t`BatchNorm’s count of batches, which a fixed momentum does not need`,
  ],
  [
    /(^|[./])(n_averaged|num_updates|update_count|decay|step|steps|epoch|global_step|best_acc\w*|best_prec\w*|_?iter)$/,
    t`a counter of training`,
  ],
  [
    /(^|[./])(\w*(criterion|loss|metric|accuracy|_acc|auroc|confmat|_f1|meter)\w*|optimizer|scheduler)[./]/,
    t`it belongs to the loss or the metrics, not to the network`,
  ],
  [
    /(^|[./])(queue|queue_ptr|projector|predictor|projection_head|proj_head)([./]|$)/,
    t`it belongs to self-supervised training, after the network`,
  ],
];

/** Why modules within a network cannot be left out. */
const KNOWN: readonly Rule[] = [
  [
    /(^|[._])(se|squeeze\w*|excit\w*|se_?(layer|block|module))([._]|$)/i,
    t`squeeze-and-excitation scales the block’s channels`,
  ],
  [
    /(^|[._])(attn\w*|attention\w*|cbam|bam|eca|ca|sa|gate\w*|gct|ge)([._]|$)/i,
    t`attention scales the block’s channels or pixels`,
  ],
  [/prelu|(^|[._])(relu|act)\w*$/i, t`an activation with a slope of its own (PReLU)`],
  [/(^|[._])(\w*_)?mask$/, t`a mask that the convolution is multiplied by`],
  [
    /(^|[._])(filt|blur\w*|aa)$|blurpool|(^|[._])aa[._]/i,
    t`a filter before subsampling (anti-aliasing)`,
  ],
  [
    /fake_quant|activation_post_process|zero_point|(^|[._])scale$|_packed_params/,
    t`a number used for quantisation or scaling`,
  ],
  [
    /(^|[._])(bias\d\w?|scale|alpha|gamma\w*|beta|resweight|res_scale|layer_scale\w*|skip_gain|gain)$/i,
    t`a scale or shift of the block (FixUp, SkipInit, ReZero, LayerScale)`,
  ],
  [/lora_[AB]|adapter/i, t`an adapter beside the weights; merge it into them first`],
  [
    /parametrizations|weight_(orig|g|v|u|bar)$/,
    t`part of a weight that is stored in parts in an unknown way`,
  ],
];

/**
 * Every tensor of the network's dictionary that it has no place for.
 * @param isNormalised whether the network's own mean and deviation were taken for its images'.
 */
export function leftoversOf(network: FoundNetwork, isNormalised: boolean): Leftover[] {
  const { structure, outside, group } = network;
  const of = (modules: readonly FileModule[], isWithin: boolean) =>
    modules
      .filter((module) => module !== structure.head)
      .flatMap(({ tensors }) => [...tensors.values()])
      .map(({ fileName, tensor }) => leftover(fileName, tensor, isWithin, isNormalised));
  const unreadable = [...group.unreadable].map(([name, why]) => ({
    ...{
      name,
      shape: [],
      effect: 'changes the function' as const,
      why: t`${why}, which can’t be read`,
    },
  }));
  return [
    ...placedCounters(structure),
    ...of(misplacedModules(structure), true),
    ...of(outside, false),
    ...hiddenPools(structure),
    ...unreadable,
  ];
}

const HIDDEN = /(down|short|skip|proj|ident)\w*\.[1-9]\d*$/i;

/** Projections that something without weights comes before: they are second in their sequence, and nothing is first. */
function hiddenPools({ blocks }: FoundNetwork['structure']): Leftover[] {
  return blocks.flatMap(({ projection, stage, others }) => {
    const isFirst = projection === null || !HIDDEN.test(projection.path);
    const hasFirst = others.some(({ path }) => /\.0$/.test(path));
    const weight = projection?.tensors.get('weight');
    if (isFirst || hasFirst || stage === 1 || weight === undefined) return [];
    const why = t`something without weights comes before the projection, such as ResNet-D’s average pool`;
    return [
      { name: weight.fileName, shape: weight.tensor.shape, effect: 'changes the function', why },
    ];
  });
}

function placedCounters({
  stem,
  stemNorm,
  blocks,
  lastNorm,
}: FoundNetwork['structure']): Leftover[] {
  const norms = [
    stemNorm,
    ...blocks.flatMap((block) => [...block.norms, block.projectionNorm]),
    lastNorm,
    stem,
  ];
  return norms.flatMap((module) => {
    const counter = module?.tensors.get('num_batches_tracked');
    if (counter === undefined) return [];
    return [leftover(counter.fileName, counter.tensor, true, true)];
  });
}

function leftover(
  name: string,
  { dtype, shape, data }: StoredTensor,
  isWithin: boolean,
  isNormalised: boolean,
): Leftover {
  if (isNormalised && isNormalizationBuffer(name, shape)) {
    return {
      name,
      shape,
      effect: 'none',
      why: t`how images are normalised, taken as data.mean or data.std`,
    };
  }
  const harmless = HARMLESS.find(([pattern]) => pattern.test(name));
  if (harmless !== undefined) return { name, shape, effect: 'none', why: harmless[1] };
  if (!isFloatType(dtype) && data.length <= 1) {
    return { name, shape, effect: 'none', why: t`a whole number, such as a count` };
  }
  const known = KNOWN.find(([pattern]) => pattern.test(name) || pattern.test(modulePath(name)));
  const unknown = isWithin
    ? t`it belongs to the network, but networks built here have no place for it`
    : t`it is outside the network and may act on its input or output`;
  return { name, shape, effect: 'changes the function', why: known?.[1] ?? unknown };
}

const modulePath = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));
