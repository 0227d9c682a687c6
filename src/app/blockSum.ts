/** What a block computes, as the papers write it, with what stands before its two ways. */
import { branchScaleStart } from '../model/branchScale.ts';
import type { ModelConfig } from '../model/config.ts';
import type { BlockInfo } from '../model/graph.ts';
import { t } from '../text/t.ts';

export interface BlockSum {
  readonly formula: string;
  /** Goes on after the formula, without a full stop. */
  readonly text: string;
  /** A sentence for each letter that the papers on plain and residual nets do not have. */
  readonly letters: readonly string[];
}

type Way = Exclude<BlockInfo['shortcut'], 'cut' | 'none'>;

/** What the shortcut adds, and how it comes about. */
const WAYS: Readonly<Record<Way, readonly [symbol: string, text: string]>> = {
  identity: ['x', t`the input is added as it is (He et al. 2015, eq. 1)`],
  optionA: [
    'x',
    t`the input is added at every second pixel, with zeros for the new channels (§3.3, option A)`,
  ],
  projection: ['Wₛx', t`the input is added through a 1×1 convolution (eq. 2)`],
};

/** @param shortcut the block's. Without one nothing stands before its branch either. */
export function blockSum(model: ModelConfig, shortcut: BlockInfo['shortcut']): BlockSum {
  if (shortcut === 'cut' || shortcut === 'none') {
    const text =
      shortcut === 'cut'
        ? t`its shortcut is cut: whatever the layers do not pass on is gone`
        : t`a plain block: whatever the layers do not pass on is gone`;
    return { formula: 'y = F(x)', text, letters: [] };
  }
  const [symbol, text] = WAYS[shortcut];
  const [branch, carried] = [branchFactors(model), shortcutFactors(model)];
  const product = (factors: readonly Factor[], of: string) =>
    [...factors.map(({ symbol }) => symbol), of].join('·');
  return {
    formula: `y = ${product(branch, 'F(x)')} + ${product(carried, symbol)}`,
    text:
      shortcut === 'identity' && carried.length > 0
        ? t`the input is added, multiplied by the factors before it`
        : text,
    letters: [...new Set([...branch, ...carried].flatMap(({ letter = [] }) => letter))],
  };
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

interface Factor {
  readonly symbol: string;
  /** What it stands for; missing: a number. */
  readonly letter?: string;
}

const GATES = t`g: gates between 0 and 1, one for each value, from a 1×1 convolution of x.`;

function branchFactors(model: ModelConfig): Factor[] {
  const { survival = 1, shortcutGate, branchScale } = model;
  const factors: Factor[] = [];
  if (survival < 1)
    factors.push({
      symbol: 'b',
      letter: t`b: 0 in the steps in which the branch is dropped, otherwise 1; in tests the chance that it is 1.`,
    });
  if (branchScale === 'constant') factors.push({ symbol: short(branchScaleStart(model)) });
  if (branchScale === 'scalar') factors.push({ symbol: 'α', letter: t`α: a learnt number.` });
  if (branchScale === 'channel')
    factors.push({ symbol: 'λ', letter: t`λ: a learnt number for each channel.` });
  if (shortcutGate === 'exclusive') factors.push({ symbol: 'g', letter: GATES });
  return factors;
}

function shortcutFactors({ shortcutScale = 1, shortcutDropout = 0, ...model }: ModelConfig) {
  const factors: Factor[] = [];
  if (shortcutScale !== 1) factors.push({ symbol: short(shortcutScale) });
  if (shortcutDropout > 0) {
    const [share, others] = [short(100 * shortcutDropout), short(1 / (1 - shortcutDropout))];
    const letter = t`d: 0 for ${share} % of the values in a training step, ${others} for the others; 1 in tests.`;
    factors.push({ symbol: 'd', letter });
  }
  if (model.shortcutGate !== undefined) factors.push({ symbol: '(1 − g)', letter: GATES });
  return factors;
}
