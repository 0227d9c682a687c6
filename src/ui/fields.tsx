/** Labelled inputs, each showing what is wrong with its field of the run config. */
import { type ReactNode, useEffect, useId, useState } from 'react';
import { usePage } from './context.ts';
import { useEditEffect } from './editEffect.ts';
import { Select } from './inputs.tsx';
import { useIsHidden } from './sharing/Shown.tsx';
import { t } from '../text/t.ts';

interface FieldProps {
  readonly label: string;
  /** Path in the run config, such as `model.stageDepths`; errors at or below it are shown here. */
  readonly field: string;
  readonly hint?: string | undefined;
  /** What is wrong with a field that is no part of the run config; null: nothing. */
  readonly fault?: string | null;
}

interface FrameProps extends FieldProps {
  readonly children: (ids: {
    id: string;
    describedBy: string | undefined;
    isWrong: boolean;
  }) => ReactNode;
}

function Frame({ label, field, hint, fault, children }: FrameProps) {
  const id = useId();
  const isHidden = useIsHidden(field);
  const configError = usePage(
    ({ fieldErrors }) =>
      Object.entries(fieldErrors).find(
        ([path]) => path === field || path.startsWith(`${field}[`),
      )?.[1],
  );
  const error = fault ?? configError;
  const { restarts, inTraining } = useEditEffect(field);
  const waits = inTraining === null ? undefined : t`Waits. In training: ${inTraining}.`;
  const note = error ?? waits ?? hint;
  const describedBy = note === undefined ? undefined : `${id}-note`;
  if (isHidden) return null;
  return (
    <div className={waits === undefined ? 'column field' : 'column field waiting'}>
      <span>
        <label htmlFor={id}>{label}</label>
        {restarts && <Restarts />}
      </span>
      {children({ id, describedBy, isWrong: error !== undefined })}
      {note !== undefined && (
        <p id={describedBy} className={error === undefined ? 'hint' : 'error'}>
          {note}
        </p>
      )}
    </div>
  );
}

/** Beside what starts runs again that have been trained. */
const Restarts = () => (
  <span
    className="restarts"
    role="img"
    aria-label={t`starts all runs again`}
    title={t`A change starts all runs again at step 0.`}
  >
    ↺
  </span>
);

interface SelectFieldProps<T extends string> extends FieldProps {
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  /** Options that cannot be chosen now. */
  readonly disabled?: readonly T[];
  readonly onChange: (value: T) => void;
}

export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { value, options, disabled = [], onChange } = props;
  return (
    <Frame {...props}>
      {({ id, describedBy, isWrong }) => (
        <Select
          id={id}
          value={value}
          options={options}
          unavailable={disabled}
          aria-describedby={describedBy}
          aria-invalid={isWrong}
          onChange={onChange}
        />
      )}
    </Frame>
  );
}

interface NumberFieldProps extends FieldProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
}

export function NumberField({ value, onChange, ...frame }: NumberFieldProps) {
  return (
    <TextField
      {...frame}
      value={String(value)}
      inputMode="decimal"
      parse={(text) => {
        const number = Number(text.replace(',', '.'));
        return text.trim() === '' || Number.isNaN(number) ? null : number;
      }}
      onChange={onChange}
    />
  );
}

interface NumbersFieldProps extends FieldProps {
  readonly value: readonly number[];
  readonly onChange: (value: number[]) => void;
}

/** `3 3 3`: numbers separated by spaces, commas or dots. */
export function NumbersField({ value, onChange, ...frame }: NumbersFieldProps) {
  return (
    <TextField
      {...frame}
      value={value.join(' · ')}
      inputMode="text"
      parse={(text) => {
        const numbers = text.split(/[^0-9]+/).filter((part) => part !== '');
        return numbers.length === 0 ? null : numbers.map(Number);
      }}
      onChange={onChange}
    />
  );
}

interface DecimalsFieldProps extends FieldProps {
  readonly value: readonly [number, number, number];
  readonly onChange: (value: [number, number, number]) => void;
}

/** `0.5 0.5 0.5`: three numbers, of which each may have decimals. */
export function DecimalsField({ value, onChange, ...frame }: DecimalsFieldProps) {
  return (
    <TextField<[number, number, number]>
      {...frame}
      value={value.join(' · ')}
      inputMode="text"
      parse={(text) => {
        const [red, green, blue, fourth] = (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
        if (red === undefined || green === undefined || blue === undefined) return null;
        return fourth === undefined ? [red, green, blue] : null;
      }}
      onChange={onChange}
    />
  );
}

interface TextFieldProps<T> extends FieldProps {
  readonly value: string;
  readonly inputMode: 'decimal' | 'text';
  readonly parse: (text: string) => T | null;
  readonly onChange: (value: T) => void;
}

/** Keeps the text being typed until the field is left; text that cannot be read is replaced by the value. */
function TextField<T>({ value, inputMode, parse, onChange, ...frame }: TextFieldProps<T>) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    const parsed = text === value ? null : parse(text);
    if (parsed === null) setText(value);
    else onChange(parsed);
  };
  return (
    <Frame {...frame}>
      {({ id, describedBy, isWrong }) => (
        <input
          id={id}
          type="text"
          inputMode={inputMode}
          autoComplete="off"
          value={text}
          aria-describedby={describedBy}
          aria-invalid={isWrong}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
        />
      )}
    </Frame>
  );
}

interface PlainFieldProps {
  readonly label: string;
  readonly value: string;
  /** What is wrong with the text; null: nothing. */
  readonly fault: string | null;
  readonly onChange: (value: string) => void;
}

/** Text that belongs to no run config, taken as it is typed. */
export function PlainField({ label, value, fault, onChange }: PlainFieldProps) {
  const id = useId();
  return (
    <div className="column field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={value}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      {fault !== null && (
        <p id={`${id}-note`} className="error">
          {fault}
        </p>
      )}
    </div>
  );
}

interface SwitchFieldProps {
  readonly label: string;
  /** The name that links hide it by: its path in the run config, or a part of the page. */
  readonly field: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchField(props: SwitchFieldProps) {
  const { label, field, checked, disabled = false, onChange } = props;
  const id = useId();
  const { restarts, inTraining } = useEditEffect(field);
  if (useIsHidden(field)) return null;
  return (
    <div className={inTraining === null ? 'switch-field' : 'switch-field waiting'}>
      <button
        id={id}
        type="button"
        role="switch"
        className="switch"
        aria-checked={checked}
        disabled={disabled}
        onClick={() => onChange(!checked)}
      >
        <span className="thumb" />
      </button>
      <label htmlFor={id}>{label}</label>
      {restarts && <Restarts />}
      {inTraining !== null && <span className="hint">{t`Waits. In training: ${inTraining}.`}</span>}
    </div>
  );
}
