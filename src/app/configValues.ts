/** How the values of a run config's fields are spelled. */
import { DATA_SOURCE_IDS, sourceTitles } from '../data/dataSources.ts';
import { nameOfNormalization, normalizationTitles } from '../data/normalization.ts';
import type { DataConfig, LearningRate, RunConfig, Schedule } from '../model/config.ts';
import type { Say } from '../text/context.ts';
import { listed } from '../text/language.ts';
import { english } from '../text/t.ts';

const counts = new Intl.NumberFormat('en-US');
export const count = (n: number): string => counts.format(n);
export const yesNo = (t: Say, on: boolean): string => (on ? t`yes` : t`no`);
export const dots = (values: readonly number[]): string => values.join('·');

/** `0.1`, `0.1 ÷10 at 32,000, 48,000, warm-up 400`, `0.1 cosine` */
export function showLearningRate(t: Say, rate: LearningRate): string {
  if (typeof rate === 'number') return String(rate);
  const after = rateAfterWarmUp(t, rate);
  return rate.warmupSteps === 0 ? after : t`${after}, warm-up ${count(rate.warmupSteps)}`;
}

function rateAfterWarmUp(t: Say, { type, base, drops }: Schedule): string {
  switch (type) {
    case 'step': {
      if (drops.length === 0) return `${base}`;
      const at = drops.map(count);
      return t`${base} ÷10 at ${t === english ? at.join(', ') : listed(at)}`;
    }
    case 'cosine':
      return t`${base} cosine`;
    case 'linear':
      return t`${base} linear to 0`;
    case 'oneCycle':
      return t`${base} 1-cycle`;
    default:
      return type satisfies never;
  }
}

export const sourcesIn = (t: Say): (readonly [DataConfig['source'], string])[] => {
  const titles = sourceTitles(t);
  return DATA_SOURCE_IDS.map((id) => [id, titles[id]]);
};

/** `CIFAR-10, as usual`; `(0.5, 0.5, 0.5) and (0.25, 0.25, 0.25)` where the numbers have no name. */
export function showNormalization(t: Say, { data }: RunConfig): string {
  const name = nameOfNormalization(data);
  const list = (values: readonly number[]): string => `(${values.join(', ')})`;
  const numbers =
    name === null ? t`${list(data.mean)} and ${list(data.std)}` : normalizationTitles(t)[name];
  return data.normalizationSource === 'assumed' ? t`${numbers} (assumed)` : numbers;
}
