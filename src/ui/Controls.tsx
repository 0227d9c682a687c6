/** Train, pause, step, reset, add a run, export; and the status line. */

import { withPending } from '../app/edit.ts';
import { isAtRest } from '../app/state.ts';
import { hasShortcuts, withAllShortcuts, withoutShortcuts } from '../model/shortcuts.ts';
import { MAX_RUNS } from '../training/protocol.ts';
import { isUsable, useBuilder, usePage, useSelectedRun } from './context.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { StatusLine } from './StatusLine.tsx';
import { Shown, useIsLocked } from './sharing/Shown.tsx';

export function Controls() {
  const builder = useBuilder();
  const { session } = builder;
  const selected = useSelectedRun();
  const isLocked = useIsLocked();
  const { isBusy, isReady, isOver, runCount } = usePage((state) => ({
    isBusy: !isAtRest(state.phase),
    isReady: isUsable(state) && state.reload.kind !== 'underWay' && state.runs.length > 0,
    isOver: state.runs.every(({ finished }) => finished),
    runCount: state.reload.kind === 'underWay' ? 0 : state.runs.length,
  }));
  const canStart = isReady && !isBusy && !isOver;
  const add = () => {
    if (selected === null) return;
    const config = withPending(selected.draft ?? selected.config, selected.pending);
    session.store.setState({ isDefaultPair: false });
    session.addRun(
      hasShortcuts(config.model) ? withoutShortcuts(config) : withAllShortcuts(config),
    );
  };
  const start = (type: 'train' | 'step') => {
    builder.settle();
    session.send({ type });
  };
  return (
    <div className="controls">
      <div className="row buttons">
        <button
          type="button"
          className="primary"
          disabled={!canStart}
          onClick={() => start('train')}
        >
          Train
        </button>
        <button
          type="button"
          disabled={!(isReady && isBusy)}
          onClick={() => session.send({ type: 'pause' })}
        >
          Pause
        </button>
        <Shown part="step">
          <button type="button" disabled={!canStart} onClick={() => start('step')}>
            Step
          </button>
        </Shown>
        <Shown part="reset">
          <button type="button" disabled={!isReady} onClick={() => session.reset()}>
            Reset
          </button>
        </Shown>
        <span className="gap" />
        <Shown part="add-run">
          <button
            type="button"
            disabled={runCount === 0 || runCount >= MAX_RUNS || isLocked}
            onClick={add}
            title="A copy of the selected run with its shortcuts switched the other way. Four runs at most."
          >
            Add run
          </button>
        </Shown>
        <Shown part="export">
          <ExportMenu />
        </Shown>
      </div>
      <StatusLine />
    </div>
  );
}
