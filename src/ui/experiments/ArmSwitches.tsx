/** Which arms of an experiment are trained, where one may choose. */
import { armWords } from '../../app/experiments/armWords.ts';
import type { Experiment } from '../../app/experiments/experiment.ts';
import { t } from '../../text/t.ts';

interface ArmSwitchesProps {
  readonly experiment: Experiment;
  /** Those that are left out. */
  readonly without: readonly string[];
  onChange(without: readonly string[]): void;
}

export function ArmSwitches({ experiment, without, onChange }: ArmSwitchesProps) {
  const { switches = [] } = experiment;
  if (switches.length === 0) return null;
  const chosen = switches.filter(({ id }) => !without.includes(id));
  const change = (changed: string) =>
    onChange(
      switches.filter(({ id }) => (id === changed) !== without.includes(id)).map(({ id }) => id),
    );
  return (
    <details className="arm-switches">
      <summary>{t`Rungs: ${chosen.length} of ${switches.length}`}</summary>
      <fieldset>
        <legend className="hint">{t`What is left out is missing from all rungs above it.`}</legend>
        {switches.map(({ id, name }) => (
          <label key={id}>
            <input type="checkbox" checked={!without.includes(id)} onChange={() => change(id)} />{' '}
            {armWords(name)}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
