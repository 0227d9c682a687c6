/** Which slice of the loss surface, and how fine. */
import { useId, useState } from 'react';
import type { SurfaceStudy } from '../../training/studies/surface.ts';

export type SurfaceSettings = Pick<SurfaceStudy, 'split' | 'size' | 'range' | 'seed'>;

export const DEFAULT_SURFACE: SurfaceSettings = { split: 'test', size: 21, range: 1, seed: 1 };

const SIZES = [5, 11, 21, 31, 51] as const;
const RANGES = [0.25, 0.5, 1, 2] as const;
const SPLITS = [
  ['test', 'test images'],
  ['train', 'training images'],
] as const;

/** Points along each side: the default, or fewer where that would take too long. */
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
      <Choice
        label="Points"
        value={size}
        choices={SIZES.map((n) => [n, `${n} × ${n}`] as const)}
        onChange={(chosen) => onChange({ size: chosen })}
      />
      <Choice
        label="Range"
        value={range}
        choices={RANGES.map((n) => [n, `±${n}`] as const)}
        onChange={(chosen) => onChange({ range: chosen })}
      />
      <Choice
        label="Loss on"
        value={split}
        choices={SPLITS}
        onChange={(chosen) => onChange({ split: chosen })}
      />
      <SeedField value={seed} onChange={(chosen) => onChange({ seed: chosen })} />
    </>
  );
}

interface ChoiceProps<T extends string | number> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

function Choice<T extends string | number>({ label, value, choices, onChange }: ChoiceProps<T>) {
  const id = useId();
  return (
    <span className="study-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = choices.find(([choice]) => String(choice) === event.target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

/** What can't be read as a seed goes back to the last one when the field is left. */
function SeedField({ value, onChange }: { value: number; onChange: (seed: number) => void }) {
  const id = useId();
  const [text, setText] = useState(String(value));
  const change = (typed: string) => {
    setText(typed);
    const seed = Number(typed);
    if (/^\d+$/.test(typed) && seed <= 0xffff_ffff) onChange(seed);
  };
  return (
    <span className="study-field">
      <label htmlFor={id}>Seed of the directions</label>
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
