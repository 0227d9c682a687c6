/** How far the upload is, and where the model is once it is there. */
import type { PublishProgress } from '../../app/publish/hub.ts';
import { netronUrl, repoUrl } from '../../app/publish/links.ts';
import type { PublishingState } from './usePublishing.ts';

interface OutcomeProps extends Pick<PublishingState, 'progress' | 'published'> {
  readonly runUrl: string;
}

const PHASES: Readonly<Record<PublishProgress['phase'], string>> = {
  creating: 'Creating the model page …',
  uploading: 'Uploading …',
  committing: 'Finishing …',
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
          Published: <Outside href={repoUrl(published.repo)}>{published.repo}</Outside>.{' '}
          {!published.isPrivate && (
            <>
              <Outside href={netronUrl(published.repo)}>Its graph in Netron</Outside>,{' '}
            </>
          )}
          <Outside href={runUrl}>the run on this page</Outside>.
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
