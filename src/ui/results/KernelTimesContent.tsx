import type { Profile } from '../../engine/profile.ts';
import {
  LAYERS_COLUMN,
  PROFILE_COLUMNS,
  profileCells,
  profileMarkdown,
  profileSummary,
} from '../../engine/profileText.ts';
import { isUsable, usePage, useSelectedRun, useSession } from '../context.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { useCopy } from '../useCopy.ts';
import { t } from '../../text/t.ts';

export function KernelTimesContent() {
  const session = useSession();
  const run = useSelectedRun();
  const { times, isResting, isTraining, canUse } = usePage((state) => ({
    times: state.kernelTimes,
    isResting: state.phase === 'idle' || state.phase === 'paused',
    isTraining: state.phase === 'training' || state.phase === 'waitingForData',
    canUse: isUsable(state),
  }));
  const outcome = times?.outcome ?? null;
  const isMeasuring = times !== null && outcome === null;
  const canMeasure = run?.prepared != null && isResting && canUse && !isMeasuring;
  return (
    <>
      <p className="hint">
        {run === null
          ? t`Times every kernel of one training step of a run on a copy of its network; the run itself does not change. Takes a few seconds, or a minute on a software adapter.`
          : t`Times every kernel of one training step of ${run.name} on a copy of its network; the run itself does not change. Takes a few seconds, or a minute on a software adapter.`}
      </p>
      <p className="row buttons">
        <button
          type="button"
          disabled={!canMeasure}
          onClick={() => run !== null && session.queries.profile(run.id)}
        >{t`Measure kernels`}</button>
        {outcome?.kind === 'done' && <CopyButton profile={outcome.profile} />}
      </p>
      <p className="hint" aria-live="polite">
        {isMeasuring && t`Measuring …`}
        {isTraining && t`Pause first: training would disturb the times.`}
        {outcome?.kind === 'failed' && outcome.message}
      </p>
      {outcome?.kind === 'done' && (
        <ProfileTable profile={outcome.profile} runName={times?.runName ?? ''} />
      )}
    </>
  );
}

function CopyButton({ profile }: { profile: Profile }) {
  const { note, copy } = useCopy(profileMarkdown(profile), 'table');
  return (
    <>
      <button type="button" onClick={copy} title={t`As Markdown`}>{t`Copy table`}</button>{' '}
      <span className="hint" aria-live="polite">
        {note}
      </span>
    </>
  );
}

function ProfileTable({ profile, runName }: { profile: Profile; runName: string }) {
  return (
    <>
      <ul className="hint">
        {profileSummary(profile).map((line, i) => (
          <li key={line}>{i === 0 ? t`${runName} on ${line}` : line}</li>
        ))}
      </ul>
      <ScrollTable
        label={t`Table of kernels`}
        columns={PROFILE_COLUMNS}
        rows={profile.rows.map((row) => {
          const [kernel, ...cells] = profileCells(profile, row);
          return {
            key: `${row.kernel} ${row.shape} ${row.layers.join()}`,
            head: kernel,
            cells: cells.map((cell, i) =>
              i + 1 === LAYERS_COLUMN ? (
                <span key="layers" title={row.layers.join(', ')}>
                  {cell}
                </span>
              ) : (
                cell
              ),
            ),
          };
        })}
      />
      <p className="hint">{t`A multiply-add counts as two operations. “Of peak” compares with multiply-adds in registers on the same adapter. GB/s counts everything a kernel binds, once.`}</p>
    </>
  );
}
