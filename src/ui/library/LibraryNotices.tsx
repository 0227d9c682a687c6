/** The library's notices, in every view. */
import { Suspense, useEffect } from 'react';
import { mayHoldRuns } from '../../app/library/database.ts';
import { useLibraryOpener, usePage } from '../context.ts';
import { lazily } from '../lazily.tsx';
import { t } from '../../text/t.ts';

const Toasts = lazily(
  () => import('./Toasts.tsx'),
  ({ Toasts }) => Toasts,
);

export function LibraryNotices() {
  const openLibrary = useLibraryOpener();
  const { isOpen, isNeeded } = usePage((state) => ({
    isOpen: state.phase !== 'opening' && state.reload.kind !== 'underWay',
    isNeeded: state.library.deleted.length > 0 || state.library.unkept.length > 0,
  }));
  useEffect(() => {
    if (isOpen) void mayHoldRuns().then((may) => (may ? openLibrary() : null));
  }, [isOpen, openLibrary]);
  return (
    <section className="column notices" aria-label={t`Library notices`}>
      {isNeeded && (
        <Suspense fallback={null}>
          <Toasts />
        </Suspense>
      )}
    </section>
  );
}
