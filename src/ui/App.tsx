/** The whole page: the builder on the left, the runs and their measurements on the right. */
import { Suspense, useEffect, useState } from 'react';
import { Builder } from './builder/Builder.tsx';
import { keepChartSettings } from './chartSettingsStorage.ts';
import { CheckpointPanel } from './checkpoints/CheckpointPanel.tsx';
import { useKeepOnLeave } from './checkpoints/useKeepOnLeave.ts';
import { BuilderContext, LibraryContext, usePage } from './context.ts';
import { createPage } from './createPage.ts';
import { keepLastEngine } from './lastEngine.ts';
import { DataPanel } from './DataPanel.tsx';
import { EnginePanel } from './EnginePanel.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { CurrentExperiment } from './experiments/CurrentExperiment.tsx';
import { Header } from './Header.tsx';
import { ImportPanel } from './importing/ImportPanel.tsx';
import { LessonSlot } from './lesson/LessonSlot.tsx';
import { LibraryNotices } from './library/LibraryNotices.tsx';
import { Notices } from './Notices.tsx';
import { Runs } from './results/Runs.tsx';
import { Shown } from './sharing/Shown.tsx';
import { ShortcutsButton } from './shortcuts/ShortcutsButton.tsx';
import { useAddressOf } from './sharing/useAddress.ts';
import { Unsupported } from './Unsupported.tsx';
import { useLoadAhead } from './useLoadAhead.ts';
import { useTabState } from './useTabState.ts';
// From the first press on, long before its answer is wanted.
import './lastPress.ts';
import { lazily } from './lazily.tsx';
import { Views } from './views/Views.tsx';
import { Rich } from './Rich.tsx';
import { t } from '../text/t.ts';

const PendingBar = lazily(
  () => import('./builder/PendingBar.tsx'),
  ({ PendingBar }) => PendingBar,
);

const UndoRuns = lazily(
  () => import('./results/UndoRuns.tsx'),
  ({ UndoRuns }) => UndoRuns,
);

const PANELS = [
  ['builder', Builder],
  ['data', DataPanel],
  ['weights', ImportPanel],
  ['checkpoint', CheckpointPanel],
  ['engine', EnginePanel],
] as const;

export function App() {
  const [{ builder, openLibrary }] = useState(createPage);
  useEffect(() => keepChartSettings(builder.session.store), [builder]);
  useEffect(() => keepLastEngine(builder.session.store), [builder]);
  useAddressOf(builder.session);
  useKeepOnLeave(builder.session);
  useTabState(builder.session);
  useLoadAhead(builder.session, openLibrary);
  return (
    <ErrorBoundary>
      <BuilderContext.Provider value={builder}>
        <LibraryContext.Provider value={openLibrary}>
          <Page />
        </LibraryContext.Provider>
      </BuilderContext.Provider>
    </ErrorBoundary>
  );
}

/** Edits that wait for the runs to start again. */
function Pending() {
  const isWaiting = usePage(
    ({ runs, stepsDone, fieldErrors, engineError }) =>
      engineError !== null ||
      Object.keys(fieldErrors).length > 0 ||
      (stepsDone > 0 && runs.some(({ draft }) => draft !== null)),
  );
  return isWaiting ? (
    <Suspense>
      <PendingBar />
    </Suspense>
  ) : null;
}

function Undoable() {
  const isThere = usePage(({ undoable }) => undoable !== null);
  return isThere ? (
    <Suspense>
      <UndoRuns />
    </Suspense>
  ) : null;
}

function Page() {
  const isUnsupported = usePage(({ unsupported }) => unsupported !== null);
  return (
    <>
      <Header />
      <Notices />
      <LibraryNotices />
      <main className="page" aria-label="Residual Playground">
        <div className="column left">
          {PANELS.map(([part, Panel]) => (
            <Shown key={part} part={part}>
              <Panel />
            </Shown>
          ))}
        </div>
        <div className="column right">
          {isUnsupported && <Unsupported />}
          <LessonSlot />
          <CurrentExperiment />
          <Runs />
          {!isUnsupported && <Views />}
        </div>
      </main>
      <Pending />
      <Undoable />
      <footer className="footer">
        <p>
          <Rich
            text={t`After <authors/>, <learning/>, 2015 (<a>1512.03385</a>), and <mappings/>, 2016 (<a>1603.05027</a>). Everything runs in this browser; nothing is uploaded unless you publish it.`}
            marks={{
              authors: () => <span lang="en">K. He, X. Zhang, S. Ren, J. Sun</span>,
              learning: () => <cite lang="en">Deep Residual Learning for Image Recognition</cite>,
              mappings: () => <cite lang="en">Identity Mappings in Deep Residual Networks</cite>,
              a: (id) => (
                <a href={`https://arxiv.org/abs/${id}`} translate="no">
                  arXiv:{id}
                </a>
              ),
            }}
          />
        </p>
        <p>
          <ShortcutsButton />
        </p>
      </footer>
    </>
  );
}
