/** Saves a run's network in any format, and shows the code that loads it. */
import { useState } from 'react';
import type { RunView } from '../../app/state.ts';
import { formatBytes, formatCount } from '../../charts/format.ts';
import { exportFileName } from '../../training/exportWeights.ts';
import {
  DEFAULT_EXPORT,
  type ExportChoice,
  FORMATS,
  formatOf,
} from '../../weights/formats/registry.ts';
import { NAMING_LABELS, NAMINGS, namingFault } from '../../weights/names.ts';
import { usePage, useSelectedRun, useSession } from '../context.ts';
import { DialogFrame, type DialogProps } from '../DialogFrame.tsx';
import { ErrorText } from '../ErrorText.tsx';
import { SelectField } from '../fields.tsx';
import { Snippet } from './Snippet.tsx';
import './export.css';
import { t } from '../../text/t.ts';

export function ExportDialog(props: DialogProps) {
  const selected = useSelectedRun();
  const runs = usePage(({ runs }) => runs);
  const [runId, setRunId] = useState(selected?.id);
  const [choice, setChoice] = useState<ExportChoice>({ ...DEFAULT_EXPORT, format: 'pth' });
  const run = runs.find(({ id }) => id === runId) ?? runs[0];
  return (
    <DialogFrame
      {...props}
      title={t`Export a network`}
      description={t`With its config, normalisation, class names and metrics.`}
    >
      {run !== undefined && (
        <>
          <div className="fields">
            <SelectField
              label={t`Run`}
              field="export.run"
              value={run.id}
              options={runs.map(({ id, name }) => [id, name] as const)}
              onChange={setRunId}
            />
            <ChoiceFields choice={choice} onChange={setChoice} />
          </div>
          <Result run={run} choice={choice} />
        </>
      )}
    </DialogFrame>
  );
}

interface ChoiceFieldsProps {
  readonly choice: ExportChoice;
  readonly onChange: (choice: ExportChoice) => void;
}

/** The names of the weights, or the kind of input if the file also holds the network. */
function ChoiceFields({ choice, onChange }: ChoiceFieldsProps) {
  const { readBy, holdsGraph } = formatOf(choice.format);
  return (
    <>
      <SelectField
        label={t`Format`}
        field="export.format"
        value={choice.format}
        options={FORMATS.map(
          ({ id, label, extension }) => [id, `${label} (${extension})`] as const,
        )}
        hint={t`Read by ${readBy}.`}
        onChange={(format) => onChange({ ...choice, format, naming: 'torchvision' })}
      />
      {holdsGraph ? (
        <SelectField
          label={t`Input`}
          field="export.input"
          value={choice.input}
          options={[
            ['normalised', t`Normalised images, as in training`],
            ['pixels', t`Pixels 0 to 255, normalised inside`],
          ]}
          hint={t`The file holds the network, not only its weights.`}
          onChange={(input) => onChange({ ...choice, input })}
        />
      ) : (
        <SelectField
          label={t`Names of the weights`}
          field="export.naming"
          value={choice.naming}
          options={NAMINGS.map((naming) => [naming, NAMING_LABELS[naming]] as const)}
          onChange={(naming) => onChange({ ...choice, naming })}
        />
      )}
    </>
  );
}

/** The button, its result and the code; or why the network cannot have these names. */
function Result({ run, choice }: { run: RunView; choice: ExportChoice }) {
  const session = useSession();
  const { exported } = usePage(({ exported, version }) => ({ exported, version }));
  const fault = namingFault(run.config.model, choice.naming);
  if (fault !== null) return <ErrorText>{fault}</ErrorText>;
  const { diverged } = run;
  const latest = session.history(run.id).latest;
  const step = diverged?.lastGoodStep ?? (latest === null ? 0 : latest.step + 1);
  const own = exported?.id === run.id ? exported : null;
  const { extension } = formatOf(choice.format);
  const saved = own !== null && 'fileName' in own && own.fileName.endsWith(extension) ? own : null;
  const fileName = saved?.fileName ?? exportFileName(run.config, step, choice.format);
  return (
    <>
      {diverged !== null && (
        <p className="hint">{t`This run diverged at step ${formatCount(diverged.step)}. What is saved are the weights of step ${formatCount(diverged.lastGoodStep)}, the last good ones that were kept; the file says so.`}</p>
      )}
      <div className="row">
        <button
          type="button"
          className="primary"
          onClick={() => session.queries.exportNetwork(run.id, choice)}
        >{t`Save ${extension}`}</button>
        <p aria-live="polite" className="hint">
          {saved !== null && t`Saved ${saved.fileName}, ${formatBytes(saved.bytes)}.`}
          {own !== null && 'error' in own && <span className="error">{own.error}</span>}
        </p>
      </div>
      <Snippet
        context={{
          fileName,
          config: run.config,
          options: choice,
        }}
        format={choice.format}
      />
    </>
  );
}
