/** Where a training step's time goes on this adapter. Its contents are loaded when it is first opened. */
import { lazy, Suspense, useState } from 'react';

const KernelTimesContent = lazy(() =>
  import('./KernelTimesContent.tsx').then(({ KernelTimesContent }) => ({
    default: KernelTimesContent,
  })),
);

export function KernelTimes() {
  const [isOpened, setIsOpened] = useState(false);
  return (
    <details className="kernel-times" onToggle={() => setIsOpened(true)}>
      <summary>Kernel times</summary>
      {isOpened && (
        <Suspense fallback={<p className="hint">Loading …</p>}>
          <KernelTimesContent />
        </Suspense>
      )}
    </details>
  );
}
