/** Plain inputs: a select of typed values, a select beside its label, a checkbox before its label. */
import { type ComponentProps, type ReactNode, useId } from 'react';

interface SelectProps<T extends string | number>
  extends Omit<ComponentProps<'select'>, 'value' | 'onChange' | 'children'> {
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  /** Options that cannot be chosen now. */
  readonly unavailable?: readonly T[];
  readonly onChange: (value: T) => void;
}

export function Select<T extends string | number>(props: SelectProps<T>) {
  const { value, options, unavailable = [], onChange, ...rest } = props;
  return (
    <select
      {...rest}
      value={value}
      onChange={({ target }) => {
        const chosen = options.find(([option]) => String(option) === target.value);
        if (chosen !== undefined) onChange(chosen[0]);
      }}
    >
      {options.map(([option, text]) => (
        <option key={option} value={option} disabled={unavailable.includes(option)}>
          {text}
        </option>
      ))}
    </select>
  );
}

export function InlineSelect<T extends string | number>({
  label,
  ...select
}: SelectProps<T> & { readonly label: string }) {
  const id = useId();
  return (
    <span className="inline-field">
      <label htmlFor={id}>{label}</label>
      <Select {...select} id={id} />
    </span>
  );
}

interface CheckProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}

export function Check({ checked, onChange, children }: CheckProps) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
      />
      {children}
    </label>
  );
}
