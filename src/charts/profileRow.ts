/** A layer in the profile and in the table of all runs. */
import { formatValue } from './format.ts';

/** A layer's values, by run id. `depth` runs from 0 (input) to 1 (classifier). */
export interface ProfileRow {
  depth: number;
  layer: string;
  values: Record<string, number>;
}

/** A dash if the layer is out of use or the run does not have it. */
export function formatRun({ values }: ProfileRow, run: string): string {
  const value = values[run];
  return value === undefined ? '–' : formatValue(value);
}
