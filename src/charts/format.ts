/** Numbers as the page writes them. */
import { t } from '../text/t.ts';

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `269,722` */
export const formatCount = (value: number): string => counts.format(value);

/** `40.8 M`, for counts that need no last digit. */
export function formatShort(value: number): string {
  for (const [size, unit] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= size) return `${significant(value / size)} ${unit}`;
  }
  return significant(value);
}

/** `⁻⁷` */
const superscript = (exponent: number): string =>
  Array.from(String(exponent), (sign) =>
    sign === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? ''),
  ).join('');

/** Three significant digits, no exponent. */
function significant(value: number): string {
  if (value >= 100) return counts.format(value);
  return String(Number(value.toPrecision(3)));
}

/** Powers of 1,000: `1.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return `${formatShort(bytes)}B`;
}

/** `45 s`, `12 min`, `3.4 h`, `5 days` */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return t`${Math.round(ms)} ms`;
  // Durations are measured or estimated: two digits are all they are worth.
  if (seconds < 90) return t`${Number(seconds.toPrecision(2))} s`;
  if (seconds < 90 * 60) return t`${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return t`${significant(seconds / 3600)} h`;
  return t`${Math.round(seconds / 86_400)} days`;
}

/** Losses and norms: three significant digits, powers of ten where they are far from 1. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? t`not a number` : t`infinite`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 0.001 || size >= 100_000) {
    // A tick that is one digit has room for no more; a rounded value shows its two.
    const isOneDigit = Math.abs(Number(value.toExponential(0)) / value - 1) < 1e-9;
    const [digits = '', exponent = ''] = value.toExponential(isOneDigit ? 0 : 1).split('e');
    return `${digits}×10${superscript(Number(exponent))}`;
  }
  return size >= 1000 ? counts.format(value) : String(Number(value.toPrecision(3)));
}

/** `74.3 %` of a share. */
export const formatPercent = (share: number): string =>
  Number.isFinite(share) ? formatPerCent(100 * share) : '–';

/** `formatValue` with a minus sign in place of the hyphen. */
export const formatSigned = (value: number): string => formatValue(value).replace('-', '−');

/** `12.3 %` of a number that is in per cent already. */
export const formatPerCent = (perCent: number): string => `${perCent.toFixed(1)} %`;
