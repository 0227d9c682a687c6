import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ChunkError } from './chunk.ts';
import { finishSignIn, isSignInReturn } from './app/publish/signInReturn.ts';
import { reloadIsolated } from './app/updates/serviceWorker.ts';
import { language } from './text/language.ts';
import { isEmbedded, noteEmbedding } from './ui/embed.ts';
import { App } from './ui/App.tsx';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/layout.css';
import './ui/styles/header.css';
import './ui/styles/controls.css';
import './ui/styles/notices.css';
import './ui/styles/menus.css';
import './ui/styles/builder.css';
import './ui/styles/figures.css';
import './ui/styles/layers.css';
import './ui/styles/runs.css';
import './ui/stage/stage.css';
import './ui/styles/present.css';
import './ui/styles/forcedColours.css';

document.documentElement.lang = language;
noteEmbedding();
const root = document.getElementById('root');
if (root !== null && isSignInReturn(location.search)) {
  root.textContent = await finishSignIn();
  window.close();
} else if (root !== null && (isEmbedded() || !(await reloadIsolated()))) {
  createRoot(root, {
    // The part's place on the page says what is missing.
    onCaughtError: (error, { componentStack }) =>
      error instanceof ChunkError
        ? console.warn(error.message)
        : console.error(error, componentStack),
  }).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
