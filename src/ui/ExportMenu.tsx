/** The button of the export menu; the menu itself is loaded when it is first opened. */
import { lazy, Suspense, useState } from 'react';
import { usePage } from './context.ts';

const ExportMenuContent = lazy(() =>
  import('./ExportMenuContent.tsx').then(({ ExportMenuContent }) => ({
    default: ExportMenuContent,
  })),
);

export function ExportMenu() {
  const [isWanted, setIsWanted] = useState(false);
  const isUsable = usePage(({ runs, unsupported }) => unsupported === null && runs.length > 0);
  const button = (
    <button
      type="button"
      disabled={!isUsable}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setIsWanted(true)}
    >
      Export<span aria-hidden="true"> ▾</span>
    </button>
  );
  return isWanted ? (
    <Suspense fallback={button}>
      <ExportMenuContent />
    </Suspense>
  ) : (
    button
  );
}
