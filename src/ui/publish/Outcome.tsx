/** How far the upload is, and where the model is once it is there. */
import type { PublishProgress } from '../../app/publish/hub.ts';
import { netronUrl, repoUrl } from '../../app/publish/links.ts';
import type { PublishingState } from './usePublishing.ts';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

interface OutcomeProps extends Pick<PublishingState, 'progress' | 'published'> {
  readonly runUrl: string;
}

const PHASES: Readonly<Record<PublishProgress['phase'], string>> = {
  creating: t`Creating the model page …`,
  uploading: t`Uploading …`,
  committing: t`Finishing …`,
};

export function Outcome({ progress, published, runUrl }: OutcomeProps) {
  return (
    <div aria-live="polite">
      {progress !== null && (
        <p className="hint">
          {PHASES[progress.phase]}
          {progress.phase === 'uploading' && ` ${Math.floor(100 * progress.share)} %`}
        </p>
      )}
      {published !== null && (
        <p>
          <Rich
            text={
              published.isPrivate
                ? t`Published: <repo/>. <run>the run on this page</run>.`
                : t`Published: <repo/>. <graph>Its graph in Netron</graph>, <run>the run on this page</run>.`
            }
            marks={{
              repo: () => <Outside href={repoUrl(published.repo)}>{published.repo}</Outside>,
              graph: (inner) => <Outside href={netronUrl(published.repo)}>{inner}</Outside>,
              run: (inner) => <Outside href={runUrl}>{inner}</Outside>,
            }}
          />
        </p>
      )}
    </div>
  );
}

const Outside = ({ href, children }: { readonly href: string; readonly children: string }) => (
  <a href={href} target="_blank" rel="noreferrer">
    {children}
  </a>
);
