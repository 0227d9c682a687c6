/** Edits that would lose trained runs their weights wait here for confirmation; so does what can't be built. */
import { configErrors } from '../../app/drafts.ts';
import { differingFields } from '../../app/configDifferences.ts';
import { CONFIG_FIELDS } from '../../app/configFields.ts';
import { withPending } from '../../app/edit.ts';
import { isWorthStoring } from '../../app/library/discardedRuns.ts';
import type { RunView } from '../../app/state.ts';
import { sameModel } from '../../training/changes.ts';
import { useBuilder, usePage } from '../context.ts';
import './pending.css';
import { listed, sentenceSpace } from '../../text/language.ts';
import { t } from '../../text/t.ts';

interface WaitingEdit {
  readonly field: string;
  readonly label: string;
  readonly from: string;
  readonly to: string;
  /** Of the runs that it is for. */
  readonly names: readonly string[];
}

/** Each edit once, with all the runs that it waits in. */
function waitingEdits(runs: readonly RunView[]): readonly WaitingEdit[] {
  const edits = new Map<string, WaitingEdit & { names: string[] }>();
  for (const { name, config, pending, draft } of runs) {
    if (draft === null) continue;
    const now = withPending(config, pending);
    for (const { field, label, show } of differingFields(draft, now)) {
      const [from, to] = [show(now), show(draft)];
      const key = JSON.stringify([field, from, to]);
      const known = edits.get(key);
      if (known === undefined) edits.set(key, { field, label, from, to, names: [name] });
      else known.names.push(name);
    }
  }
  return [...edits.values()];
}

const isSteps = ({ field }: WaitingEdit): boolean => field === CONFIG_FIELDS.steps.field;

function consequence(runs: readonly RunView[], edits: readonly WaitingEdit[]): string {
  if (edits.every(isSteps)) return t`More steps than that have been made: all runs start again.`;
  const isAnotherNet = runs.some(({ config, draft }) => draft && !sameModel(draft, config));
  return isAnotherNet
    ? t`That is another network: all runs start again at step 0.`
    : t`All runs start again at step 0, with the same networks.`;
}

export function PendingBar() {
  const builder = useBuilder();
  const { runs, fieldErrors, engineError } = usePage(({ runs, fieldErrors, engineError }) => ({
    ...{ runs, fieldErrors, engineError },
  }));
  const errors = Object.values(fieldErrors).join(sentenceSpace);
  const isWrong = errors !== '';
  const canDiscardOnly = runs.some(
    ({ draft }) => draft !== null && Object.keys(configErrors(draft)).length > 0,
  );
  const edits = waitingEdits(runs);
  const isEngineAlone = !isWrong && runs.every(({ draft }) => draft === null);
  const { session } = builder;
  const isKept = runs.some((run) => isWorthStoring(run, session.history(run.id).latest));
  return (
    <section
      className={isWrong || engineError !== null ? 'pending wrong' : 'pending'}
      aria-label={t`Settings that wait`}
    >
      <div>
        {engineError !== null && (
          <p role="alert">{t`Not applied: ${engineError} Nothing was changed.`}</p>
        )}
        {isWrong && <p role="alert">{t`Not applied: ${errors} Nothing was changed.`}</p>}
        {!isWrong && !isEngineAlone && (
          <>
            <p>
              <strong>{t`Waiting:`}</strong>
              {sentenceSpace}
              {consequence(runs, edits)}
              {isKept && (
                <span className="faint">
                  {sentenceSpace}
                  {t`What they have learnt so far stays under Runs.`}
                </span>
              )}
            </p>
            <ul className="row">
              {edits.map(({ field, label, from, to, names }) => (
                <li key={`${field} ${from} ${to}`}>
                  {label}{' '}
                  <span className="faint">
                    <del>{from}</del> →
                  </span>{' '}
                  <ins>{to}</ins>
                  {names.length < runs.length && <span className="faint"> {listed(names)}</span>}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <div className="row">
        {!isWrong && !isEngineAlone && !canDiscardOnly && (
          <button
            type="button"
            className="primary"
            onClick={() => builder.applyDrafts()}
          >{t`Start again`}</button>
        )}
        {!isEngineAlone && (
          <button type="button" onClick={() => builder.discardDrafts()}>{t`Discard`}</button>
        )}
        {engineError !== null && (
          <button
            type="button"
            onClick={() => session.store.setState({ engineError: null })}
          >{t`Dismiss`}</button>
        )}
      </div>
    </section>
  );
}
