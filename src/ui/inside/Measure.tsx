/** Asks for a measurement, says what it will cost, how far it is, and when its results were taken. */
import type { ReactNode } from 'react';
import { formatCount, formatPercent } from '../../charts/format.ts';
import { runColour, runDash } from '../../charts/palette.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import type { StudyKind } from '../../training/studies/registry.ts';
import { usePage, useSession } from '../context.ts';
import { type Studies, useCanStudy } from './subjects.ts';

interface MeasureProps<K extends StudyKind> {
  readonly studies: Studies<K>;
  /** On the button before there are results, and then. */
  readonly action: string;
  readonly again?: string;
  /** Images and time. */
  readonly cost: string;
  readonly onAsk: () => void;
  /** Fields beside the button. */
  readonly children?: ReactNode;
}

export function Measure<K extends StudyKind>(props: MeasureProps<K>) {
  const { studies, action, again = 'Measure again', cost, onAsk, children } = props;
  const canStudy = useCanStudy();
  const { found, isRunning, failures } = studies;
  return (
    <div className="measure-bar">
      <div className="measure-row">
        {isRunning ? (
          <button type="button" onClick={studies.cancel}>
            Cancel
          </button>
        ) : (
          <button
            type="button"
            className={found.length === 0 ? 'primary' : ''}
            disabled={!canStudy}
            onClick={onAsk}
          >
            {found.length === 0 ? action : again}
          </button>
        )}
        {children}
        <span className="hint">{cost}</span>
      </div>
      {isRunning && (
        <progress aria-label="Measuring" max={1} value={studies.done}>
          {formatPercent(studies.done)}
        </progress>
      )}
      <p className="hint" aria-live="polite">
        {isRunning ? 'Measuring … ' : ''}
        {!isRunning && found.map((one) => <Taken key={one.subject.run.id} {...one} />)}
      </p>
      {failures.map(({ run, message }) => (
        <p key={run.id} className="error" role="alert">
          {run.name}: {message}
        </p>
      ))}
    </div>
  );
}

/** At which step, and where the run is by now. */
function Taken({ subject, step }: { subject: { run: ShownRun }; step: number | null }) {
  const session = useSession();
  usePage((state) => state.version);
  const { id, name, isLive } = subject.run;
  const latest = session.history(id).latest;
  const now = latest === null ? 0 : latest.step + 1;
  return (
    <span className="taken">
      {name}: {step === null ? 'as kept' : `step ${formatCount(step)}`}
      {isLive && step !== null && now !== step && ` (now at ${formatCount(now)})`}
    </span>
  );
}

/** A run's line as on the charts, and its name. */
export function RunName({ run }: { run: ShownRun }) {
  return (
    <span className="inside-run">
      <svg width="26" height="10" aria-hidden="true">
        <path
          d="M1 5H25"
          stroke={runColour(run.colourIndex)}
          strokeWidth="3"
          strokeDasharray={runDash(run.colourIndex)}
        />
      </svg>
      {run.name}
    </span>
  );
}
