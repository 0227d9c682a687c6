import type { RunView } from '../../app/state.ts';
import type { RunConfig } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import { PRESETS, presetConfig } from '../../model/presets.ts';
import { useBuilder } from '../context.ts';
import { SelectField } from '../fields.tsx';

const CUSTOM = 'custom';

/** The preset that this network is, apart from cut shortcuts and the classes of its images. */
function presetOf({ model }: RunConfig): string {
  const found = PRESETS.find((preset) => {
    const complete = completeConfig({ version: 1, model: preset.model }).model;
    return (
      JSON.stringify(sorted(complete)) ===
      JSON.stringify(sorted({ ...model, classes: complete.classes, cutShortcuts: [] }))
    );
  });
  return found?.name ?? CUSTOM;
}

const sorted = (record: object) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

export function PresetField({ run, shown }: { run: RunView; shown: RunConfig }) {
  const builder = useBuilder();
  const name = presetOf(shown);
  const preset = PRESETS.find((candidate) => candidate.name === name);
  const options = PRESETS.map(({ name, title }) => [name, title] as const);
  const choose = (chosen: string) => {
    if (chosen === CUSTOM) return;
    const { model: complete, training } = presetConfig(chosen, run.config.data);
    const { classes: _, ...model } = complete;
    builder.edit({ model: { stemWidth: undefined, ...model }, training });
  };
  const hint =
    preset === undefined
      ? 'A network of your own.'
      : `${preset.description}${preset.section === null ? '' : ` (${preset.section})`}`;
  return (
    <SelectField
      label="Preset"
      field="preset"
      value={name}
      options={[[CUSTOM, 'Custom'], ...options]}
      hint={hint}
      onChange={choose}
    />
  );
}
