/** The kinds of fields that a run config has: any value, one of a few, a switch. */
import type { RunConfig } from '../model/config.ts';
import type { Say } from '../text/context.ts';
import { yesNo } from './configValues.ts';

export interface ConfigField {
  /** `training.batchSize` */
  readonly field: string;
  readonly label: string;
  /** Shown below its input. */
  readonly hint?: string;
  /** The value in a table. */
  show(config: RunConfig): string;
  /** Left out: what is shown tells values apart, too. */
  readonly read?: (config: RunConfig) => string | boolean;
  /** The value in a run's name; null: it goes without saying. */
  phrase(config: RunConfig, base: RunConfig): string | null;
}

/** A field with few values, each with its name, in the order of a menu. */
interface ChoiceField<T extends string> extends ConfigField {
  readonly options: readonly (readonly [T, string])[];
}

export const entry = (
  field: string,
  label: string,
  show: ConfigField['show'],
  phrase: ConfigField['phrase'] = (config) => `${label.toLowerCase()} ${show(config)}`,
): ConfigField => ({ field, label, show, phrase });

/** @param names of the values. @param phrase left out: the value's name. */
export function choice<T extends string>(
  field: string,
  label: string,
  read: (config: RunConfig) => T,
  names: readonly (readonly [T, string])[],
  phrase: (value: T, name: string) => string = (_, name) => name,
): ChoiceField<T> {
  const show = (config: RunConfig): string => {
    const value = read(config);
    return names.find(([option]) => option === value)?.[1] ?? value;
  };
  const phraseOf = (config: RunConfig) => phrase(read(config), show(config));
  return { field, label, options: names, show, read, phrase: phraseOf };
}

/** A switch. @param off the phrase where it is off. */
export const flag = (
  t: Say,
  field: string,
  label: string,
  read: (config: RunConfig) => boolean,
  on: string,
  off: string,
): ConfigField => ({
  ...entry(
    field,
    label,
    (config) => yesNo(t, read(config)),
    (config) => (read(config) ? on : off),
  ),
  read,
});
