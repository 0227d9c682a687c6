/** Which part of the loss surface is computed, and how finely. */
import { useId, useState } from 'react';
import type { SurfaceStudy } from '../../training/studies/study.ts';
import { InlineSelect } from '../inputs.tsx';
import { t } from '../../text/t.ts';

export type SurfaceSettings = Pick<SurfaceStudy, 'split' | 'size' | 'range' | 'seed'>;

export const DEFAULT_SURFACE: SurfaceSettings = { split: 'test', size: 21, range: 1, seed: 1 };

const SIZES = [5, 11, 21, 31, 51] as const;
const RANGES = [0.25, 0.5, 1, 2] as const;
const SPLITS = [
  ['test', t`test images`],
  ['train', t`training images`],
] as const;

/** Points along each side: the default, or fewer if that would take too long. */
export function affordableSize(msOf: (size: number) => number, budgetMs: number): number {
  const { size } = DEFAULT_SURFACE;
  const choices = SIZES.filter((choice) => choice <= size);
  return choices.findLast((choice) => msOf(choice) <= budgetMs) ?? choices[0] ?? size;
}

interface SurfaceSettingsProps {
  readonly settings: SurfaceSettings;
  readonly onChange: (change: Partial<SurfaceSettings>) => void;
}

export function SurfaceSettingsFields({ settings, onChange }: SurfaceSettingsProps) {
  const { split, size, range, seed } = settings;
  return (
    <>
      <InlineSelect
        label={t`Points`}
        value={size}
        options={SIZES.map((n) => [n, `${n} × ${n}`] as const)}
        onChange={(chosen) => onChange({ size: chosen })}
      />
      <InlineSelect
        label={t`Range`}
        value={range}
        options={RANGES.map((n) => [n, `±${n}`] as const)}
        onChange={(chosen) => onChange({ range: chosen })}
      />
      <InlineSelect
        label={t`Loss on`}
        value={split}
        options={SPLITS}
        onChange={(chosen) => onChange({ split: chosen })}
      />
      <SeedField value={seed} onChange={(chosen) => onChange({ seed: chosen })} />
    </>
  );
}

/** When the field is left, an entry that is not a seed is replaced by the last valid one. */
function SeedField({ value, onChange }: { value: number; onChange: (seed: number) => void }) {
  const id = useId();
  const [text, setText] = useState(String(value));
  const change = (typed: string) => {
    setText(typed);
    const seed = Number(typed);
    if (/^\d+$/.test(typed) && seed <= 0xffff_ffff) onChange(seed);
  };
  return (
    <span className="inline-field">
      <label htmlFor={id}>{t`Seed of the directions`}</label>
      <input
        id={id}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        size={5}
        value={text}
        onChange={(event) => change(event.target.value)}
        onBlur={() => setText(String(value))}
      />
    </span>
  );
}
