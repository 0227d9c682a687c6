/** What runs are called: `ResNet-20`, `Plain-20`, with what tells them from their neighbours. */
import { hasStemPool } from '../model/builder.ts';
import type { ModelConfig, RunConfig } from '../model/config.ts';
import { networkName } from '../model/networkName.ts';
import { hasShortcuts } from '../model/shortcuts.ts';

/**
 * The network's name, with the seed where a run of the same network has another, and numbered where a run beside it
 * already has that name: `ResNet-20, seed 1`, `ResNet-20 (2)`.
 */
export function runName(
  { model, training: { seed } }: RunConfig,
  others: readonly { readonly name: string; readonly config: RunConfig }[],
): string {
  const network = networkName(model);
  const hasOtherSeed = others.some(
    ({ config }) => networkName(config.model) === network && config.training.seed !== seed,
  );
  return untaken(hasOtherSeed ? `${network}, seed ${seed}` : network, '', others);
}

interface Named {
  readonly name: string;
}

/** The name, numbered where another has it. @param end comes after the number. */
function untaken(name: string, end: string, others: readonly Named[]): string {
  for (let n = 1; ; n++) {
    const candidate = `${n === 1 ? name : `${name} (${n})`}${end}`;
    if (!others.some((other) => other.name === candidate)) return candidate;
  }
}

/** A name that nobody gave: the network's, its number, and what it has become since. */
const AUTOMATIC =
  /^((?:Pre)?(ResNet|Plain)-\d+(?:, seed \d+)?)( \(\d+\))?(?: \(now (?:plain|residual)\))?$/;

/** Whether the page gave the name, as far as one can tell from it. */
export const isAutomatic = (name: string): boolean => AUTOMATIC.test(name);

/**
 * The run's name after shortcuts were switched. It keeps its beginning, by which a person knows the run:
 * `ResNet-20 (now plain)`; only its number changes where one of the others has the name already. A name that a person
 * gave stays.
 */
export function nameAfterSwitch(
  name: string,
  model: ModelConfig,
  others: readonly Named[] = [],
): string {
  const [, base, began, number = ''] = AUTOMATIC.exec(name) ?? [];
  if (base === undefined) return name;
  const isResidual = hasShortcuts(model);
  const end =
    isResidual === (began === 'ResNet') ? '' : ` (now ${isResidual ? 'residual' : 'plain'})`;
  const numbered = `${base}${number}${end}`;
  return others.some((other) => other.name === numbered) ? untaken(base, end, others) : numbered;
}

/** One line on what the net is, the usual left unsaid: `basic blocks 3·3·3, widths 16·32·64, 32×32 pixels`. */
export function describeModel(model: ModelConfig): string {
  const { block, order, stageDepths, stageWidths, normalization, activation, inputSize } = model;
  return [
    `${block}${order === 'pre' ? ' pre-activation' : ''} blocks ${stageDepths.join('·')}`,
    `widths ${stageWidths.join('·')}`,
    ...stemWords(model),
    ...(normalization === 'none' ? ['no normalisation'] : []),
    ...(activation === 'relu' ? [] : [activation]),
    `${inputSize}×${inputSize} pixels`,
  ].join(', ');
}

/** What is not usual of the stem; CIFAR’s 3×3 has no max-pool. */
const stemWords = (model: ModelConfig): readonly string[] => [
  ...(model.stem === 'imagenet' ? ['7×7 stem'] : []),
  ...(hasStemPool(model) ? ['max-pool after the stem'] : []),
];
