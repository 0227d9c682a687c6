/** A run's network in any format: what to save, and the code that loads it. */
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { formatBytes } from '../../charts/format.ts';
import type { RunView } from '../../app/state.ts';
import { exportFileName, TRAINED_NORMALIZATION } from '../../training/exportWeights.ts';
import {
  DEFAULT_EXPORT,
  type ExportChoice,
  FORMATS,
  formatOf,
} from '../../weights/formats/registry.ts';
import { NAMING_LABELS, NAMINGS, namingFault } from '../../weights/names.ts';
import { usePage, useSelectedRun, useSession } from '../context.ts';
import { SelectField } from '../fields.tsx';
import { Snippet } from './Snippet.tsx';
import './dialog.css';

interface ExportDialogProps {
  /** Takes the dialog away. */
  readonly onClose: () => void;
  /** Puts the focus back where it was before the menu opened. */
  readonly restoreFocus: () => void;
}

/** Opens at once. */
export function ExportDialog({ onClose, restoreFocus }: ExportDialogProps) {
  const selected = useSelectedRun();
  const runs = usePage(({ runs }) => runs);
  const [runId, setRunId] = useState(selected?.id);
  const [choice, setChoice] = useState<ExportChoice>({ ...DEFAULT_EXPORT, format: 'pth' });
  const run = runs.find(({ id }) => id === runId) ?? runs[0];
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content
          className="dialog"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            restoreFocus();
          }}
        >
          <header>
            <Dialog.Title>Export a network</Dialog.Title>
            <Dialog.Close className="quiet" aria-label="Close">
              ×
            </Dialog.Close>
          </header>
          <Dialog.Description className="hint">
            With its config, normalisation, class names and metrics.
          </Dialog.Description>
          {run !== undefined && (
            <>
              <div className="fields">
                <SelectField
                  label="Run"
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ChoiceFieldsProps {
  readonly choice: ExportChoice;
  readonly onChange: (choice: ExportChoice) => void;
}

/** Names where a file holds weights alone; the kind of input where it holds the network too. */
function ChoiceFields({ choice, onChange }: ChoiceFieldsProps) {
  const { readBy, holdsGraph } = formatOf(choice.format);
  return (
    <>
      <SelectField
        label="Format"
        field="export.format"
        value={choice.format}
        options={FORMATS.map(
          ({ id, label, extension }) => [id, `${label} (${extension})`] as const,
        )}
        hint={`Read by ${readBy}.`}
        onChange={(format) => onChange({ ...choice, format, naming: 'torchvision' })}
      />
      {holdsGraph ? (
        <SelectField
          label="Input"
          field="export.input"
          value={choice.input}
          options={[
            ['normalised', 'Normalised images, as in training'],
            ['pixels', 'Pixels 0 to 255, normalised inside'],
          ]}
          hint="The file holds the network, not only its weights."
          onChange={(input) => onChange({ ...choice, input })}
        />
      ) : (
        <SelectField
          label="Names of the weights"
          field="export.naming"
          value={choice.naming}
          options={NAMINGS.map((naming) => [naming, NAMING_LABELS[naming]] as const)}
          onChange={(naming) => onChange({ ...choice, naming })}
        />
      )}
    </>
  );
}

/** The button, what came of it, and the code; or why these names can't be had. */
function Result({ run, choice }: { run: RunView; choice: ExportChoice }) {
  const session = useSession();
  const { exported } = usePage(({ exported, version }) => ({ exported, version }));
  const fault = namingFault(run.config.model, choice.naming);
  if (fault !== null) {
    return (
      <p className="error" role="alert">
        {fault}
      </p>
    );
  }
  const latest = session.history(run.id).latest;
  const step = latest === null ? 0 : latest.step + 1;
  const own = exported?.id === run.id ? exported : null;
  const { extension } = formatOf(choice.format);
  const saved = own !== null && 'fileName' in own && own.fileName.endsWith(extension) ? own : null;
  const fileName = saved?.fileName ?? exportFileName(run.config, step, choice.format);
  return (
    <>
      <div className="dialog-actions">
        <button
          type="button"
          className="primary"
          onClick={() => session.queries.exportNetwork(run.id, choice)}
        >
          Save {extension}
        </button>
        <p aria-live="polite" className="hint">
          {saved !== null && `Saved ${saved.fileName}, ${formatBytes(saved.bytes)}.`}
          {own !== null && 'error' in own && <span className="error">{own.error}</span>}
        </p>
      </div>
      <Snippet
        context={{
          fileName,
          config: run.config,
          normalization: TRAINED_NORMALIZATION,
          options: choice,
        }}
        format={choice.format}
      />
    </>
  );
}
