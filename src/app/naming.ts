/** What runs are called: `ResNet-20`, `Plain-20`, with what tells them from their neighbours. */
import { isGated, isScaled } from '../model/branchScale.ts';
import { hasStemPool } from '../model/builder.ts';
import type { ModelConfig, RunConfig } from '../model/config.ts';
import { networkName } from '../model/networkName.ts';
import { hasShortcuts } from '../model/shortcuts.ts';
import type { Say } from '../text/context.ts';
import type { Language } from '../text/choice.ts';
import { english, t } from '../text/t.ts';

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
  return untaken(hasOtherSeed ? `${network}${seedEnd(seed)}` : network, '', others);
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

const seedEnd = (seed: number): string => t`, seed ${seed}`;
const NOW_ENDS = { plain: t` (now plain)`, residual: t` (now residual)` };

/**
 * The same in every language of the page, `#` for a number: a run keeps the name it was given when the page is opened in
 * another one.
 */
export const NAME_ENDS: Readonly<Record<Language, { seed: string; now: readonly string[] }>> = {
  en: { seed: ', seed #', now: [' (now plain)', ' (now residual)'] },
  'zh-CN': { seed: '，随机种子 #', now: ['（现为普通网络）', '（现为残差网络）'] },
};

/** Any of these texts, `#` for a number. */
const anyOf = (texts: readonly string[]): string =>
  texts
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('#', '\\d+'))
    .join('|');

const SEED = `(?:${anyOf(Object.values(NAME_ENDS).map(({ seed }) => seed))})`;
const NOW = `(?:${anyOf(Object.values(NAME_ENDS).flatMap(({ now }) => now))})`;

/** A name that nobody gave: the network's, its number, and what it has become since. */
const AUTOMATIC = new RegExp(`^((?:Pre)?(ResNet|Plain)-\\d+${SEED}?)( \\(\\d+\\))?${NOW}?$`);

/** The name without the seed that it tells. */
export const withoutSeed = (name: string): string => name.replace(new RegExp(SEED), '');

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
  const { plain, residual } = NOW_ENDS;
  const end = isResidual === (began === 'ResNet') ? '' : isResidual ? residual : plain;
  const numbered = `${base}${number}${end}`;
  return others.some((other) => other.name === numbered) ? untaken(base, end, others) : numbered;
}

/** One line on what the net is, the usual left unsaid: `basic blocks 3·3·3, widths 16·32·64, 32×32 pixels`. */
export const describeModel = (model: ModelConfig): string => described(t, model);

/** The same for what leaves the page. */
export const describeModelInEnglish = (model: ModelConfig): string => described(english, model);

function described(t: Say, model: ModelConfig): string {
  const { stageDepths, stageWidths, normalization, activation, inputSize, order, init } = model;
  return [
    blockWords(t, model, stageDepths.join('·')),
    t`widths ${stageWidths.join('·')}`,
    // What is not usual of the stem; CIFAR’s 3×3 has no max-pool.
    ...(model.stem === 'imagenet' ? [t`7×7 stem`] : []),
    ...(hasStemPool(model) ? [t`max-pool after the stem`] : []),
    ...(normalization === 'none' ? [t`no normalisation`] : []),
    ...(normalization === 'group' ? [t`group norm`] : []),
    ...(activation === 'relu' ? [] : [activation]),
    ...(order === 'normAfterAdd' ? [t`BatchNorm after the addition`] : []),
    ...(order === 'actBeforeAdd' ? [t`activation before the addition`] : []),
    ...(init === 'fixup' ? [t`Fixup initialisation`] : []),
    ...(model.whitening ? [t`whitening first layer`] : []),
    ...(model.squeezeExcitation ? [t`squeeze-excitation`] : []),
    ...(isScaled(model) ? [t`scaled branches or shortcuts`] : []),
    ...(isGated(model) ? [gateWords(t, model)] : []),
    ...(model.shortcuts && (model.shortcutDropout ?? 0) > 0 ? [t`dropout on shortcuts`] : []),
    t`${inputSize}×${inputSize} pixels`,
  ].join(t`, `);
}

const gateWords = (t: Say, { shortcutGate }: ModelConfig): string =>
  shortcutGate === 'exclusive' ? t`exclusive gates` : t`gated shortcuts`;

function blockWords(t: Say, { block, order }: ModelConfig, depths: string): string {
  if (block === 'basic') {
    return order === 'pre' ? t`basic pre-activation blocks ${depths}` : t`basic blocks ${depths}`;
  }
  return order === 'pre'
    ? t`bottleneck pre-activation blocks ${depths}`
    : t`bottleneck blocks ${depths}`;
}
