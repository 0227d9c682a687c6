import { Suspense, useState } from 'react';
import type { RunView } from '../../app/state.ts';
import type { RunConfig } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import { PRESETS, presetConfig } from '../../model/presets.ts';
import { SelectField } from '../fields.tsx';
import { lazily } from '../lazily.tsx';
import { t } from '../../text/t.ts';

const PresetPreview = lazily(
  () => import('./PresetPreview.tsx'),
  ({ PresetPreview }) => PresetPreview,
);

const CUSTOM = 'custom';

/**
 * The preset that this network is, apart from cut shortcuts and the classes of its images; of several the one that is
 * trained by the same optimizer.
 */
function presetOf({ model, training }: RunConfig): string {
  const found = PRESETS.filter((preset) => {
    const complete = completeConfig({ version: 1, model: preset.model }).model;
    return isSame(complete, { ...model, classes: complete.classes, cutShortcuts: [] });
  });
  const alike = found.find(({ name }) =>
    isSame(presetConfig(name).training.optimizer, training.optimizer),
  );
  return (alike ?? found[0])?.name ?? CUSTOM;
}

const isSame = (a: object, b: object) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (record: object) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** A preset that is chosen says what it would change, and waits for a yes. */
export function PresetField({ run, shown }: { run: RunView; shown: RunConfig }) {
  const [chosen, setChosen] = useState<{ readonly id: string; readonly name: string } | null>(null);
  const now = presetOf(shown);
  const considered = chosen?.id === run.id && chosen.name !== CUSTOM ? chosen.name : null;
  const preset = PRESETS.find((candidate) => candidate.name === (considered ?? now));
  const options = PRESETS.map(({ name, title }) => [name, title] as const);
  const hint =
    preset === undefined
      ? t`A network of your own.`
      : preset.section === null
        ? preset.description
        : t`${preset.description} (${preset.section})`;
  return (
    <>
      <SelectField
        label={t`Preset`}
        field="preset"
        value={considered ?? now}
        options={[[CUSTOM, t`Custom`], ...options]}
        hint={hint}
        onChange={(name) => setChosen({ id: run.id, name })}
      />
      {considered !== null && (
        <Suspense>
          <PresetPreview {...{ run, shown }} name={considered} onClose={() => setChosen(null)} />
        </Suspense>
      )}
    </>
  );
}
