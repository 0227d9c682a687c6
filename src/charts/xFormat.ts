/** Numbers on the x axis: `1,200`, `12.4 k`, `3.5 epochs`, `12 min`. */
import type { XKind } from '../app/xAxis.ts';
import { formatCount, formatShort, formatValue } from './format.ts';
import { t } from '../text/t.ts';

export interface XFormat {
  /** Below the axis: `training time, min`. */
  readonly title: string;
  /** One unit of the labels in the axis's own numbers: 60,000 (ms) for minutes. */
  readonly unit: number;
  readonly whole: boolean;
  tick(value: number): string;
  /** With the unit: `step 120`. */
  full(value: number): string;
}

const TIME_UNITS = [
  { unit: 3_600_000, name: t`h` },
  { unit: 60_000, name: t`min` },
  { unit: 1000, name: t`s` },
] as const;

/** @param to end of the axis, which determines the unit of time. */
export function xFormat(kind: XKind, to: number): XFormat {
  switch (kind) {
    case 'step':
      return {
        ...{ title: t`step`, unit: 1, whole: true, tick: formatCount },
        full: (value) => t`step ${formatCount(Math.round(value))}`,
      };
    case 'epoch':
      return {
        ...{ title: t`epoch`, unit: 1, whole: false, tick: formatValue },
        full: (value) => t`epoch ${formatValue(value)}`,
      };
    case 'images':
      return {
        ...{ title: t`training images`, unit: 1, whole: true, tick: formatShort },
        full: (value) => t`${formatCount(Math.round(value))} images`,
      };
    case 'time': {
      const { unit, name } = TIME_UNITS.find((known) => to >= 2 * known.unit) ?? TIME_UNITS[2];
      return {
        ...{ title: t`training time, ${name}`, unit, whole: false },
        tick: (value) => formatValue(value / unit),
        full: (value) => `${formatValue(value / unit)} ${name}`,
      };
    }
  }
}
