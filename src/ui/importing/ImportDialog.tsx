/** Chooses a weights file, shows which of its tensors fit which network, and loads them into a run. */
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { describeModel } from '../../app/naming.ts';
import type { RunView } from '../../app/state.ts';
import type { RunConfig } from '../../model/config.ts';
import { networkName } from '../../model/networkName.ts';
import type { OpenedFile } from '../../weights/importer/weightsImport.ts';
import type { Answers } from '../../weights/match/inspect.ts';
import type { MatchRow } from '../../weights/match/matchWeights.ts';
import { WEIGHTS_EXTENSIONS } from '../../weights/read/extensions.ts';
import { useBuilder, usePage, useSelectedRun } from '../context.ts';
import type { DialogProps } from '../DialogFrame.tsx';
import { ErrorText } from '../ErrorText.tsx';
import { FileChoice } from '../FileChoice.tsx';
import { SwitchField, SelectField } from '../fields.tsx';
import { FileFacts } from './FileFacts.tsx';
import { MatchTable, summaryOf } from './MatchTable.tsx';
import { choiceOf, type Settings } from './choices.ts';
import { Question } from './OpenQuestions.tsx';
import { TrialLine } from './TrialLine.tsx';
import { configFor, obstacleToAdding } from './target.ts';
import { useImport } from './useImport.ts';
import { useTrial } from './useTrial.ts';
import { useCanStudy } from '../studies/useStudies.ts';
import './import.css';
import { t } from '../../text/t.ts';

/** In place of a run's id. */
const NEW_RUN = 'new';

const changesFunction = ({ status }: MatchRow): boolean => status === 'changes the function';

interface ImportDialogProps extends DialogProps {
  /** What has been dropped on the page. */
  readonly file?: File;
}

export function ImportDialog({ file, onClose, restoreFocus }: ImportDialogProps) {
  const builder = useBuilder();
  const { session } = builder;
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const runs = usePage((state) => state.runs);
  const selected = useSelectedRun();
  const [settings, setSettings] = useState<Settings>(new Map());
  const [isReduced, setIsReduced] = useState(false);
  const [wanted, setWanted] = useState<string>(NEW_RUN);
  const target = targetOf(wanted, runs);
  const answers: Answers = {
    ...{ settings, ignore: isReduced ? ['*'] : [], config: target?.config ?? null },
  };
  const key = JSON.stringify([[...settings], isReduced, target?.config ?? null]);
  const { reading, opened, findings, isCurrent, error, open, take, attempt } = useImport(
    answers,
    key,
  );
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  const choose = (chosen: File | undefined) => {
    if (chosen === undefined) return;
    setSettings(new Map());
    setIsReduced(false);
    open(chosen);
  };
  useEffect(() => choose(file), [file]);
  const found = findings?.config ?? null;
  const config = found === null ? null : configFor(found, target ?? selected);
  const obstacle =
    config === null || target !== null ? null : obstacleToAdding(config, runs.length);
  const rows = findings?.rows ?? [];
  const isReady = isCurrent && findings?.blocked === null && obstacle === null;
  const asked =
    found === null || target !== null
      ? []
      : (findings?.open ?? []).flatMap((question) => {
          const choice = choiceOf(question, found, findings?.networks ?? []);
          return choice === null ? [] : [[question, choice] as const];
        });
  const answer = (given: Settings) => setSettings((before) => new Map([...before, ...given]));
  const canTry = useCanStudy();
  const trial = useTrial(session, opened?.fileName ?? '', async (further) => {
    const tried = await attempt({ ...answers, settings: new Map([...settings, ...further]) });
    return tried === null ? null : { ...tried, config: configFor(tried.config, selected) };
  });
  const give = async () => {
    if (opened === null || config === null) return;
    const taken = await take(answers);
    if (taken === null) return;
    builder.settle();
    session.store.setState({ isDefaultPair: false });
    const id = target === null ? session.addRun(config) : target.id;
    if (id !== null) session.loadWeights(id, opened.fileName, taken.tensors);
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
        <h2 id={title}>{t`Import weights`}</h2>
        <button
          type="button"
          className="quiet"
          aria-label={t`Close`}
          onClick={() => dialog.current?.close()}
        >
          ×
        </button>
      </header>
      <div className="row file-drop">
        <FileChoice
          label={t`Weights file`}
          accept={WEIGHTS_EXTENSIONS.join()}
          hint={t`or drop it here: safetensors, PyTorch (.pth) or NumPy (.npz). It is read as data; nothing in it is run, and it does not leave this browser.`}
          onChoose={choose}
        >{t`Choose a file`}</FileChoice>
      </div>
      <p className="reading" aria-live="polite">
        {reading !== null && t`Reading ${reading} …`}
        {reading === null && rows.length > 0 && <b>{summaryOf(rows)}</b>}
      </p>
      <ErrorText>{error !== null && t`${error} Nothing was changed.`}</ErrorText>
      {opened !== null && (
        <>
          {findings !== null && <FileFacts {...{ opened, findings }} />}
          <div className="fields">
            <SelectField
              label={t`Put them into`}
              field="import.target"
              value={target?.id ?? NEW_RUN}
              options={[
                [NEW_RUN, newRunLabel(opened, found)],
                ...runs.map(({ id, name }) => [id, t`${name}, from step 0`] as const),
              ]}
              hint={found === null ? undefined : describeModel(found.model)}
              onChange={setWanted}
            />
            {found !== null &&
              asked.map(([question, choice]) => (
                <Question
                  key={question.field}
                  {...{ question, choice, paddingA: found.model.paddingA }}
                  scores={trial.scores.get(question.field) ?? []}
                  onAnswer={answer}
                />
              ))}
          </div>
          {asked.length > 0 && config !== null && obstacle === null && (
            <TrialLine
              key={opened.fileName}
              {...trial}
              isReady={isReady && canTry}
              onStart={() =>
                trial.start(new Map(asked.map(([{ field }, choice]) => [field, choice])))
              }
            />
          )}
          {target === null && findings?.reason != null && (
            <p className="error">{t`The network could not be recognised: ${findings.reason}. Choose one of the runs to see which of its tensors would fit.`}</p>
          )}
          {(isReduced || rows.some(changesFunction)) && (
            <SwitchField
              label={t`Leave out the tensors that change the function. The results then differ from those of the file’s network.`}
              {...{ checked: isReduced, field: 'import.reduced', onChange: setIsReduced }}
            />
          )}
          {rows.length > 0 && <MatchTable rows={rows} />}
          {obstacle !== null && <p className="error">{obstacle}</p>}
        </>
      )}
      <footer>
        <button type="button" className="primary" disabled={!isReady} onClick={give}>
          {target === null ? t`Add as run` : t`Load into ${target.name}`}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>{t`Cancel`}</button>
      </footer>
    </dialog>
  );
}

const targetOf = (wanted: string, runs: readonly RunView[]): RunView | null =>
  runs.find(({ id }) => id === wanted) ?? null;

function newRunLabel({ findings }: OpenedFile, found: RunConfig | null): string {
  const model = (found ?? findings.config)?.model;
  return model === undefined ? t`A new run` : t`A new run, ${networkName(model)}`;
}
