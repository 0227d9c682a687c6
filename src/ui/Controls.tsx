/** Train, pause, step, reset, add a run, export; and the status line. */
import { useCallback, useEffect, useRef } from 'react';

import { withPending } from '../app/edit.ts';
import { isAtRest } from '../app/state.ts';
import { hasShortcuts, withAllShortcuts, withoutShortcuts } from '../model/shortcuts.ts';
import { MAX_RUNS } from '../training/protocol.ts';
import { isUsable, useBuilder, usePage, useSelectedRun } from './context.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { MoreSteps } from './MoreSteps.tsx';
import { StatusLine } from './StatusLine.tsx';
import { Shown, useIsLocked } from './sharing/Shown.tsx';
import { usePageTitle } from './usePageTitle.ts';
import { useSpaceKey } from './useSpaceKey.ts';

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
  const trainButton = useRef<HTMLButtonElement>(null);
  const pauseButton = useRef<HTMLButtonElement>(null);
  /** Whether the button that is pressed next takes the focus of the one that was. */
  const followsFocus = useRef(false);
  useEffect(() => {
    if (!followsFocus.current) return;
    followsFocus.current = false;
    (isBusy ? pauseButton : trainButton).current?.focus();
  }, [isBusy]);
  const step = () => {
    builder.settle();
    session.send({ type: 'step' });
  };
  const toggle = useCallback(() => {
    if (isReady && isBusy) session.send({ type: 'pause' });
    else if (canStart) {
      builder.settle();
      session.send({ type: 'train' });
    }
  }, [builder, session, isReady, isBusy, canStart]);
  const press = () => {
    followsFocus.current = true;
    toggle();
  };
  usePageTitle();
  useSpaceKey(toggle);
  return (
    <div className="controls">
      <div className="row buttons">
        <button
          ref={trainButton}
          type="button"
          className="primary"
          title="Space trains and pauses where nothing else has the focus."
          disabled={!canStart}
          onClick={press}
        >
          Train
        </button>
        <button ref={pauseButton} type="button" disabled={!(isReady && isBusy)} onClick={press}>
          Pause
        </button>
        {isReady && !isBusy && !isLocked && (
          <MoreSteps onClick={() => (followsFocus.current = true)} />
        )}
        <Shown part="step">
          <button type="button" disabled={!canStart} onClick={step}>
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
