/** Where the time of a training step goes on this adapter; loaded when first opened. */
import { Suspense, useState } from 'react';
import { lazily } from '../lazily.tsx';

const KernelTimesContent = lazily(
  () => import('./KernelTimesContent.tsx'),
  ({ KernelTimesContent }) => KernelTimesContent,
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
