/** The button of the gallery; the gallery itself is loaded when it is first opened. */
import { lazy, Suspense, useRef, useState } from 'react';
import { useIsLocked } from '../sharing/Shown.tsx';

const Gallery = lazy(() => import('./Gallery.tsx').then(({ Gallery }) => ({ default: Gallery })));

export function ExperimentsButton() {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isLocked = useIsLocked();
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        disabled={isLocked}
        onClick={() => setIsOpen(true)}
      >
        Experiments
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <Gallery onClose={() => setIsOpen(false)} restoreFocus={() => button.current?.focus()} />
        </Suspense>
      )}
    </>
  );
}
