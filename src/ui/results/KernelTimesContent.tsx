import { useState } from 'react';
import {
  PROFILE_COLUMNS,
  profileCells,
  profileMarkdown,
  profileSummary,
  TEXT_COLUMNS,
} from '../../engine/webgpu/profiler/format.ts';
import type { Profile } from '../../engine/webgpu/profiler/profile.ts';
import { usePage, useSelectedRun, useSession } from '../context.ts';
import { ScrollArea } from '../ScrollArea.tsx';

export function KernelTimesContent() {
  const session = useSession();
  const run = useSelectedRun();
  const { times, isResting, isTraining, isUsable } = usePage((state) => ({
    times: state.kernelTimes,
    isResting: state.phase === 'idle' || state.phase === 'paused',
    isTraining: state.phase === 'training' || state.phase === 'waitingForData',
    isUsable: state.unsupported === null && state.deviceLost === null && state.failure === null,
  }));
  const outcome = times?.outcome ?? null;
  const isMeasuring = times !== null && outcome === null;
  const canMeasure = run?.prepared != null && isResting && isUsable && !isMeasuring;
  return (
    <>
      <p className="hint">
        Times every kernel of one training step of {run?.name ?? 'a run'}, on a copy of its network:
        the run stays as it is. Takes a few seconds, on a software adapter a minute.
      </p>
      <p className="buttons">
        <button
          type="button"
          disabled={!canMeasure}
          onClick={() => run !== null && session.queries.profile(run.id)}
        >
          Measure kernels
        </button>
        {outcome?.kind === 'done' && <CopyButton profile={outcome.profile} />}
      </p>
      <p className="hint" aria-live="polite">
        {isMeasuring && 'Measuring …'}
        {isTraining && 'Pause first: training would disturb the times.'}
        {outcome?.kind === 'failed' && outcome.message}
      </p>
      {outcome?.kind === 'done' && (
        <ProfileTable profile={outcome.profile} runName={times?.runName ?? ''} />
      )}
    </>
  );
}

function CopyButton({ profile }: { profile: Profile }) {
  const [state, setState] = useState<'' | 'Copied' | 'The browser did not allow it'>('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(profileMarkdown(profile));
      setState('Copied');
    } catch {
      setState('The browser did not allow it');
    }
  };
  return (
    <>
      <button type="button" onClick={copy} title="As Markdown">
        Copy table
      </button>{' '}
      <span className="hint" aria-live="polite">
        {state}
      </span>
    </>
  );
}

function ProfileTable({ profile, runName }: { profile: Profile; runName: string }) {
  const alignment = (column: number) => (column < TEXT_COLUMNS ? 'words' : undefined);
  return (
    <>
      <ul className="hint">
        {profileSummary(profile).map((line, i) => (
          <li key={line}>{i === 0 ? `${runName} on ${line}` : line}</li>
        ))}
      </ul>
      <ScrollArea label="Table of kernels">
        <table>
          <thead>
            <tr>
              {PROFILE_COLUMNS.map((column, i) => (
                <th key={column} scope="col" className={alignment(i)}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {profile.rows.map((row) => {
              const [kernel, ...cells] = profileCells(profile, row);
              return (
                <tr key={`${row.kernel} ${row.shape} ${row.layers.join()}`}>
                  <th scope="row" className="words">
                    {kernel}
                  </th>
                  {cells.map((cell, i) => (
                    <td
                      key={PROFILE_COLUMNS[i + 1]}
                      className={alignment(i + 1)}
                      title={
                        PROFILE_COLUMNS[i + 1] === 'Layers' ? row.layers.join(', ') : undefined
                      }
                    >
                      {cell}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollArea>
      <p className="hint">
        A multiply-add counts as two operations. “Of peak” is measured against multiply-adds in
        registers on the same adapter; GB/s counts everything a kernel binds, once.
      </p>
    </>
  );
}
