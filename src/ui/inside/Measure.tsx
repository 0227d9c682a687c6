/** Starts a study of all networks, with what it will cost, how far it is, and at which step its results were taken. */
import type { ReactNode } from 'react';
import type { ShownRun } from '../../app/shownRun.ts';
import { formatCount } from '../../charts/format.ts';
import type { StudyKind } from '../../training/studies/study.ts';
import { usePage, useSession } from '../context.ts';
import { RunLine } from '../RunLine.tsx';
import { StudyProgress } from '../studies/StudyProgress.tsx';
import { type Studies, useCanStudy } from '../studies/useStudies.ts';
import { t } from '../../text/t.ts';

interface MeasureProps<K extends StudyKind> {
  readonly studies: Studies<K>;
  /** Text of the button before there are results, and once there are. */
  readonly action: string;
  readonly again?: string;
  /** Images and time. */
  readonly cost: string;
  readonly onStart: () => void;
  /** Fields beside the button. */
  readonly children?: ReactNode;
}

export function Measure<K extends StudyKind>(props: MeasureProps<K>) {
  const { studies, action, again = t`Measure again`, cost, onStart, children } = props;
  const canStudy = useCanStudy();
  const { findings, isRunning } = studies;
  return (
    <div className="column measure-bar">
      <div className="row study-controls">
        <button
          type="button"
          className={findings.length === 0 ? 'primary' : ''}
          disabled={!canStudy}
          // A disabled button would lose the focus.
          aria-disabled={isRunning}
          onClick={isRunning ? undefined : onStart}
        >
          {findings.length === 0 ? action : again}
        </button>
        {children}
        <span className="hint">{cost}</span>
      </div>
      <StudyProgress what={t`Measurement`} studies={[studies]} />
      <p className="hint" aria-live="polite">
        {isRunning
          ? t`Measuring … `
          : findings.map(({ subject, step }) => (
              <MeasuredAt key={subject.run.id} run={subject.run} step={step} />
            ))}
      </p>
    </div>
  );
}

/** The step of a run's results, and the step it has reached since. */
function MeasuredAt({ run, step }: { run: ShownRun; step: number | null }) {
  const session = useSession();
  usePage((state) => state.version);
  const { id, name, isLive } = run;
  const latest = session.history(id).latest;
  const now = latest === null ? 0 : latest.step + 1;
  return (
    <span className="taken">
      {step === null
        ? t`${name}: as kept`
        : isLive && now !== step
          ? t`${name}: step ${formatCount(step)} (now at ${formatCount(now)})`
          : t`${name}: step ${formatCount(step)}`}
    </span>
  );
}

/** A run's line as on the charts, and its name. */
export function RunName({ run }: { run: ShownRun }) {
  return (
    <span className="inside-run">
      <RunLine colourIndex={run.colourIndex} width={26} />
      {run.name}
    </span>
  );
}

/** `1 network`, `2 networks` */
export const netCount = (nets: readonly unknown[]): string =>
  nets.length === 1 ? t`1 network` : t`${nets.length} networks`;
