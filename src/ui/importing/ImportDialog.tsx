/** Chooses a weights file, shows which of its tensors fit which network, and loads them into a run. */
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { describeModel } from '../../app/naming.ts';
import type { RunView } from '../../app/state.ts';
import type { ModelConfig } from '../../model/config.ts';
import { networkName } from '../../model/networkName.ts';
import type { OpenedFile } from '../../weights/importer/weightsImport.ts';
import { isBlocking } from '../../weights/match/matchWeights.ts';
import { WEIGHTS_EXTENSIONS } from '../../weights/read/extensions.ts';
import { useBuilder, usePage, useSelectedRun } from '../context.ts';
import type { DialogProps } from '../DialogFrame.tsx';
import { ErrorText } from '../ErrorText.tsx';
import { FileChoice } from '../FileChoice.tsx';
import { SelectField } from '../fields.tsx';
import { FileFacts } from './FileFacts.tsx';
import { MatchTable, summaryOf } from './MatchTable.tsx';
import { type Answers, Question } from './OpenQuestions.tsx';
import { configFor, obstacleToAdding } from './target.ts';
import { useImport } from './useImport.ts';
import './import.css';

/** In place of a run's id. */
const NEW_RUN = 'new';

export function ImportDialog({ onClose, restoreFocus }: DialogProps) {
  const builder = useBuilder();
  const { session } = builder;
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const runs = usePage((state) => state.runs);
  const selected = useSelectedRun();
  const [answers, setAnswers] = useState<Answers>({});
  const [wanted, setWanted] = useState<string>(NEW_RUN);
  const target = targetOf(wanted, runs);
  const modelFor = ({ proposal }: OpenedFile): ModelConfig | null => {
    if (target !== null) return target.config.model;
    return proposal === null ? null : { ...proposal.model, ...answers };
  };
  const { reading, opened, rows, error, open, take } = useImport(modelFor);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  const choose = (file: File | undefined) => {
    if (file === undefined) return;
    setAnswers({});
    open(file);
  };
  const model = opened === null ? null : modelFor(opened);
  const config = model === null ? null : configFor(model, target ?? selected);
  const obstacle =
    config === null || target !== null ? null : obstacleToAdding(config, runs.length);
  const isReady = rows !== null && !rows.some(isBlocking) && obstacle === null;
  const give = async () => {
    if (opened === null || config === null) return;
    const tensors = await take(config.model);
    if (tensors === null) return;
    builder.settle();
    session.store.setState({ isDefaultPair: false });
    const id = target === null ? session.addRun(config) : target.id;
    if (id !== null) session.loadWeights(id, opened.fileName, tensors);
    dialog.current?.close();
  };

  return (
    <dialog
      ref={dialog}
      className="import"
      aria-labelledby={title}
      onClose={() => {
        onClose();
        restoreFocus();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event: DragEvent) => {
        event.preventDefault();
        choose(event.dataTransfer.files[0]);
      }}
    >
      <header>
        <h2 id={title}>Import weights</h2>
        <button
          type="button"
          className="quiet"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          ×
        </button>
      </header>
      <div className="row file-drop">
        <FileChoice
          label="Weights file"
          accept={WEIGHTS_EXTENSIONS.join()}
          hint="or drop it here: safetensors, PyTorch (.pth) or NumPy (.npz). It is read as data; nothing in it is run, and it does not leave this browser."
          onChoose={choose}
        >
          Choose a file
        </FileChoice>
      </div>
      <p className="reading" aria-live="polite">
        {reading !== null && `Reading ${reading} …`}
        {reading === null && opened !== null && rows !== null && <b>{summaryOf(rows)}</b>}
      </p>
      <ErrorText>{error !== null && `${error} Nothing was changed.`}</ErrorText>
      {opened !== null && (
        <>
          <FileFacts opened={opened} />
          <div className="fields">
            <SelectField
              label="Put them into"
              field="import.target"
              value={target?.id ?? NEW_RUN}
              options={[
                [NEW_RUN, newRunLabel(opened, answers)],
                ...runs.map(({ id, name }) => [id, `${name}, from step 0`] as const),
              ]}
              hint={model === null ? undefined : describeModel(model)}
              onChange={setWanted}
            />
            {target === null &&
              model !== null &&
              opened.proposal?.open.map((question) => (
                <Question
                  key={question.field}
                  question={question}
                  model={model}
                  onAnswer={(answer) => setAnswers((given) => ({ ...given, ...answer }))}
                />
              ))}
          </div>
          {target === null && opened.proposalFault !== null && (
            <p className="error">
              The network could not be recognised: {opened.proposalFault}. Choose one of the runs to
              see which of its tensors would fit.
            </p>
          )}
          {rows !== null && <MatchTable rows={rows} />}
          {obstacle !== null && <p className="error">{obstacle}</p>}
        </>
      )}
      <footer>
        <button type="button" className="primary" disabled={!isReady} onClick={give}>
          {target === null ? 'Add as run' : `Load into ${target.name}`}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </footer>
    </dialog>
  );
}

const targetOf = (wanted: string, runs: readonly RunView[]): RunView | null =>
  runs.find(({ id }) => id === wanted) ?? null;

function newRunLabel({ proposal }: OpenedFile, answers: Answers): string {
  if (proposal === null) return 'A new run';
  return `A new run, ${networkName({ ...proposal.model, ...answers })}`;
}
