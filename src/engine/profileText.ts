/** A profile as text: cells for a table, and that table for the clipboard. */
import {
  type Profile,
  type ProfileRow,
  partTotals,
  rowGflops,
  rowGigabytesPerSecond,
} from './profile.ts';

export const PROFILE_COLUMNS = [
  'Kernel',
  'Shape',
  'Layers',
  'Dispatches',
  'ms',
  'Share',
  'GFLOP/s',
  'Of peak',
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
  timestamps: 'timestamps, a pass a kernel',
  submits: 'repeated submits',
  clock: 'the clock, within whole steps',
};

/** The lines above the table. */
export function profileSummary(profile: Profile): string[] {
  const { adapter, parameters, batchSize, stepMs, kernelMs, peakGflops, convGflops } = profile;
  return [
    `${adapter}: ${parameters.toLocaleString('en-US')} parameters, batch ${batchSize}`,
    `step: ${threeDigits(stepMs)} ms; its kernels one by one: ${threeDigits(kernelMs)} ms, by ${METHODS[profile.method]}`,
    `peak of the ${profile.method === 'clock' ? 'processor' : 'adapter'}: ${threeDigits(peakGflops)} GFLOP/s`,
    ...(convGflops === null
      ? []
      : [
          `convolutions: ${threeDigits(convGflops)} GFLOP/s, ${percent(convGflops / peakGflops)} of the peak`,
        ]),
    ...partTotals(profile.rows).map(({ part, ms, gflops }) => {
      const time = `${part}: ${threeDigits(ms)} ms, ${percent(ms / kernelMs)} of the time`;
      if (gflops === null) return time;
      return `${time}, ${threeDigits(gflops)} GFLOP/s, ${percent(gflops / peakGflops)} of the peak`;
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
