/** The whole page: one session, the builder on the left, what it measures on the right. */
import { useEffect, useState } from 'react';
import { type EngineChoice, isEngineId } from '../engine/engineNames.ts';
import { BuilderSession } from '../runs/builderSession.ts';
import { Session } from '../runs/session.ts';
import { createTrainer } from '../training/client.ts';
import { Builder } from './builder/Builder.tsx';
import { Controls } from './Controls.tsx';
import { keepChartSettings } from './chartSettingsStorage.ts';
import { CheckpointPanel } from './checkpoints/CheckpointPanel.tsx';
import { useKeepOnLeave } from './checkpoints/useKeepOnLeave.ts';
import { BuilderContext, usePage } from './context.ts';
import { DataPanel } from './DataPanel.tsx';
import { EnginePanel } from './EnginePanel.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ExperimentSlot } from './experiments/ExperimentSlot.tsx';
import { Header } from './Header.tsx';
import { ImportPanel } from './importing/ImportPanel.tsx';
import { Notices } from './Notices.tsx';
import { Runs } from './results/Runs.tsx';
import { saveFile } from './saveFile.ts';
import { Unsupported } from './Unsupported.tsx';
import { Views } from './views/Views.tsx';

/** `?engine=tfjs-wasm` in the page's address. */
function engineOfPage(): EngineChoice {
  const wanted = new URLSearchParams(location.search).get('engine');
  return wanted !== null && isEngineId(wanted) ? wanted : 'automatic';
}

export function App() {
  const [builder] = useState(
    () =>
      new BuilderSession(
        new Session({ createTrainer, baseUrl: document.baseURI, engine: engineOfPage(), saveFile }),
      ),
  );
  useEffect(() => {
    builder.session.open();
    return () => builder.session.close();
  }, [builder]);
  useEffect(() => keepChartSettings(builder.session.store), [builder]);
  useKeepOnLeave(builder.session);
  return (
    <ErrorBoundary>
      <BuilderContext.Provider value={builder}>
        <Page />
      </BuilderContext.Provider>
    </ErrorBoundary>
  );
}

function Page() {
  const isUnsupported = usePage(({ unsupported }) => unsupported !== null);
  return (
    <>
      <Header />
      <Controls />
      <Notices />
      <main className="page">
        <div className="left">
          <Builder />
          <DataPanel />
          <ImportPanel />
          <CheckpointPanel />
          <EnginePanel />
        </div>
        <div className="right">
          {isUnsupported && <Unsupported />}
          <ExperimentSlot />
          <Runs />
          {!isUnsupported && <Views />}
        </div>
      </main>
      <footer className="footer">
        <p>
          After K. He, X. Zhang, S. Ren, J. Sun,{' '}
          <cite>Deep Residual Learning for Image Recognition</cite>, 2015 (
          <a href="https://arxiv.org/abs/1512.03385">arXiv:1512.03385</a>), and{' '}
          <cite>Identity Mappings in Deep Residual Networks</cite>, 2016 (
          <a href="https://arxiv.org/abs/1603.05027">arXiv:1603.05027</a>). Everything runs in this
          browser; nothing is uploaded.
        </p>
      </footer>
    </>
  );
}
