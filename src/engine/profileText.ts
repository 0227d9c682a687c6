/** A profile as text: cells for a table, and that table for the clipboard. */
import { adapterWords } from './adapterWords.ts';
import {
  type Profile,
  type ProfilePart,
  type ProfileRow,
  partTotals,
  rowGflops,
  rowGigabytesPerSecond,
} from './profile.ts';
import { tc } from '../text/context.ts';
import { t } from '../text/t.ts';

export const PROFILE_COLUMNS = [
  t`Kernel`,
  t`Shape`,
  t`Layers`,
  t`Dispatches`,
  'ms',
  tc('of the time')`Share`,
  'GFLOP/s',
  t`Of peak`,
  'GB/s',
] as const;

export const LAYERS_COLUMN = 2;

/** The first columns are words; the rest are numbers. */
const TEXT_COLUMNS = 3;

/** A row's cells, in the order of `PROFILE_COLUMNS`; empty if the kernel has no such figure. */
export function profileCells(profile: Profile, row: ProfileRow): string[] {
  const gflops = rowGflops(row);
  return [
    row.kernel,
    row.shape,
    layersText(row.layers),
    String(row.count),
    threeDigits(row.ms),
    percent(row.ms / profile.kernelMs),
    gflops === null ? '' : threeDigits(gflops),
    gflops === null ? '' : percent(gflops / profile.peakGflops),
    threeDigits(rowGigabytesPerSecond(row)),
  ];
}

/** `layer1.0.conv1 + 5` */
function layersText(layers: readonly string[]): string {
  const [first = '', ...others] = layers;
  return others.length === 0 ? first : `${first} + ${others.length}`;
}

/** `12.3`, `0.0123`, `1230`: no exponents, which are hard to read in a table. */
export function threeDigits(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '';
  if (value === 0) return '0';
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

export const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '';

const METHODS: Readonly<Record<Profile['method'], string>> = {
  timestamps: t`timestamps, a pass a kernel`,
  submits: t`repeated submits`,
  clock: t`the clock, within whole steps`,
};

const PARTS: Readonly<Record<ProfilePart, string>> = {
  forward: t`forward`,
  'input gradient': t`input gradient`,
  'weight gradient': t`weight gradient`,
  BatchNorm: 'BatchNorm',
  rest: t`rest`,
};

/** The lines above the table. */
export function profileSummary(profile: Profile): string[] {
  const { adapter, parameters, batchSize, stepMs, kernelMs, peakGflops, convGflops } = profile;
  return [
    t`${adapterWords(adapter)}: ${parameters.toLocaleString('en-US')} parameters, batch ${batchSize}`,
    t`step: ${threeDigits(stepMs)} ms; its kernels one by one: ${threeDigits(kernelMs)} ms, by ${METHODS[profile.method]}`,
    profile.method === 'clock'
      ? t`peak of the processor: ${threeDigits(peakGflops)} GFLOP/s`
      : t`peak of the adapter: ${threeDigits(peakGflops)} GFLOP/s`,
    ...(convGflops === null
      ? []
      : [
          t`convolutions: ${threeDigits(convGflops)} GFLOP/s, ${percent(convGflops / peakGflops)} of the peak`,
        ]),
    ...partTotals(profile.rows).map(({ part, ms, gflops }) => {
      const time = t`${PARTS[part]}: ${threeDigits(ms)} ms, ${percent(ms / kernelMs)} of the time`;
      if (gflops === null) return time;
      return t`${time}, ${threeDigits(gflops)} GFLOP/s, ${percent(gflops / peakGflops)} of the peak`;
    }),
  ];
}

/** Summary and a Markdown table. */
export function profileMarkdown(profile: Profile): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    ...profileSummary(profile),
    '',
    line(PROFILE_COLUMNS),
    line(PROFILE_COLUMNS.map((_, i) => (i < TEXT_COLUMNS ? '---' : '---:'))),
    ...profile.rows.map((row) => line(profileCells(profile, row))),
    '',
  ].join('\n');
}
