/** The library's notices, in every view: runs restored without their steps, runs that found no room. */
import { Suspense, useEffect } from 'react';
import { mayHoldRuns } from '../../app/library/database.ts';
import { formatCount } from '../../charts/format.ts';
import { useLibraryOpener, usePage, useSession } from '../context.ts';
import { lazily } from '../lazily.tsx';
import { Notice } from '../Notice.tsx';

const Toasts = lazily(
  () => import('./Toasts.tsx'),
  ({ Toasts }) => Toasts,
);

export function LibraryNotices() {
  const openLibrary = useLibraryOpener();
  const session = useSession();
  const { isOpen, isNeeded, reload } = usePage((state) => ({
    isOpen: state.phase !== 'opening' && state.reload.kind !== 'underWay',
    isNeeded: state.library.deleted.length > 0 || state.library.unkept.length > 0,
    reload: state.reload,
  }));
  useEffect(() => {
    if (isOpen) void mayHoldRuns().then((may) => (may ? openLibrary() : null));
  }, [isOpen, openLibrary]);
  return (
    <section className="column notices" aria-label="Library notices">
      {reload.kind === 'settingsOnly' && (
        <Notice title="The runs start again at step 0.">
          <p>
            The page was reloaded after step {formatCount(reload.stepsLost)}, and no checkpoint of
            this tab was found. The runs’ settings are restored; press Train to start over.
          </p>
          <button
            type="button"
            onClick={() => session.store.setState({ reload: { kind: 'none' } })}
          >
            Dismiss
          </button>
        </Notice>
      )}
      {isNeeded && (
        <Suspense fallback={null}>
          <Toasts />
        </Suspense>
      )}
    </section>
  );
}
