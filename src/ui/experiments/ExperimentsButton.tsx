/** The button of the gallery; the gallery itself is loaded when it is first opened. */
import { lazy, Suspense, useRef, useState } from 'react';

const Gallery = lazy(() => import('./Gallery.tsx').then(({ Gallery }) => ({ default: Gallery })));

export function ExperimentsButton() {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button ref={button} type="button" aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
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
