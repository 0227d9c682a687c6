/** Train, pause, step, reset, add a run, export; and the status line. */
import { useCallback, useLayoutEffect, useRef } from 'react';

import { asItIsEdited, twinOf } from '../app/newRuns.ts';
import { areAllOver, isAtRest } from '../app/state.ts';
import { PAGE_KEYS } from '../charts/keys.ts';
import { MAX_RUNS } from '../training/protocol/commands.ts';
import { AddRunMenu } from './AddRunMenu.tsx';
import { isUsable, useBuilder, usePage, useSelectedRun } from './context.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { MoreSteps } from './MoreSteps.tsx';
import { StatusLine } from './StatusLine.tsx';
import { Shown, useIsLocked } from './sharing/Shown.tsx';
import { useBarHeight } from './useBarHeight.ts';
import { usePageTitle } from './usePageTitle.ts';
import { usePageKey } from './usePageKey.ts';
import { t } from '../text/t.ts';

/** What Space already does something with. */
const USES_SPACE = `a, button, input, select, textarea, summary, dialog, [tabindex], [contenteditable], [role]`;

export function Controls() {
  const builder = useBuilder();
  const { session } = builder;
  const selected = useSelectedRun();
  const isLocked = useIsLocked();
  const { isBusy, isReady, isOver, runCount } = usePage((state) => ({
    isBusy: !isAtRest(state),
    isReady: isUsable(state) && state.reload.kind !== 'underWay' && state.runs.length > 0,
    isOver: areAllOver(state.runs),
    runCount: state.reload.kind === 'underWay' ? 0 : state.runs.length,
  }));
  const canStart = isReady && !isBusy && !isOver;
  const canAdd = runCount > 0 && runCount < MAX_RUNS && !isLocked;
  const add = () => {
    if (selected !== null) session.addRun(twinOf(asItIsEdited(selected)));
  };
  const trainButton = useRef<HTMLButtonElement>(null);
  const pauseButton = useRef<HTMLButtonElement>(null);
  const moreButton = useRef<HTMLButtonElement>(null);
  /** The button in use had the focus, and has gone. */
  const lostFocus = useRef(false);
  // The focus goes from the button that can't be pressed any more to the one that takes its place.
  useLayoutEffect(() => {
    const { activeElement } = document;
    const [train, pause] = [trainButton.current, pauseButton.current];
    if (!lostFocus.current && activeElement !== train && activeElement !== pause) return;
    lostFocus.current = false;
    [pause, train, moreButton.current].find((one) => one?.disabled === false)?.focus();
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
  const bar = useRef<HTMLDivElement>(null);
  useBarHeight(bar);
  usePageTitle();
  usePageKey(PAGE_KEYS.train, toggle, USES_SPACE);
  return (
    <div ref={bar} className="controls">
      <div className="row buttons">
        <button
          ref={trainButton}
          type="button"
          className="primary"
          title={t`Space trains and pauses where nothing else has the focus.`}
          disabled={!canStart}
          onClick={toggle}
        >{t`Train`}</button>
        <button
          ref={pauseButton}
          type="button"
          disabled={!(isReady && isBusy)}
          onClick={toggle}
        >{t`Pause`}</button>
        {isReady && !isBusy && !isLocked && (
          <MoreSteps
            button={moreButton}
            onClick={() => {
              lostFocus.current = true;
            }}
          />
        )}
        <Shown part="step">
          <button type="button" disabled={!canStart} onClick={step}>{t`Step`}</button>
        </Shown>
        <Shown part="reset">
          <button
            type="button"
            disabled={!isReady}
            onClick={() => session.reset()}
          >{t`Reset`}</button>
        </Shown>
        <span className="gap" />
        <Shown part="add-run">
          <span className="split">
            <button
              type="button"
              disabled={!canAdd}
              onClick={add}
              title={t`A copy of the selected run with its shortcuts switched the other way. Four runs at most.`}
            >{t`Add run`}</button>
            <AddRunMenu disabled={!canAdd} />
          </span>
        </Shown>
        <Shown part="export">
          <ExportMenu />
        </Shown>
      </div>
      <StatusLine />
    </div>
  );
}
