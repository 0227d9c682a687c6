/** Opens the import dialog, which is loaded when it is first asked for. */
import { lazy, Suspense, useRef, useState } from 'react';
import { usePage } from '../context.ts';

const ImportDialog = lazy(() =>
  import('./ImportDialog.tsx').then(({ ImportDialog }) => ({ default: ImportDialog })),
);

export function ImportButton() {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isUsable = usePage(
    ({ phase, unsupported, deviceLost, failure }) =>
      phase !== 'opening' && unsupported === null && deviceLost === null && failure === null,
  );
  return (
    <>
      <button ref={button} type="button" disabled={!isUsable} onClick={() => setIsOpen(true)}>
        Import weights
      </button>
      {isOpen && (
        <Suspense>
          <ImportDialog
            onClose={() => {
              setIsOpen(false);
              button.current?.focus();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
