/** Opens the share dialog, which is loaded when it is first asked for. */
import { lazy, Suspense, useRef, useState } from 'react';
import { usePage } from '../context.ts';

const ShareDialog = lazy(() =>
  import('./ShareDialog.tsx').then(({ ShareDialog }) => ({ default: ShareDialog })),
);

export function ShareButton() {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const hasRuns = usePage(({ runs }) => runs.length > 0);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        disabled={!hasRuns}
        onClick={() => setIsOpen(true)}
      >
        Share
      </button>
      {isOpen && (
        <Suspense>
          <ShareDialog
            onClose={() => setIsOpen(false)}
            restoreFocus={() => button.current?.focus()}
          />
        </Suspense>
      )}
    </>
  );
}
