/** Where the time of a training step goes on this adapter; loaded when first opened. */
import { Suspense, useState } from 'react';
import { lazily } from '../lazily.tsx';
import { t } from '../../text/t.ts';

const KernelTimesContent = lazily(
  () => import('./KernelTimesContent.tsx'),
  ({ KernelTimesContent }) => KernelTimesContent,
);

export function KernelTimes() {
  const [isOpened, setIsOpened] = useState(false);
  return (
    <details className="kernel-times" onToggle={() => setIsOpened(true)}>
      <summary>{t`Kernel times`}</summary>
      {isOpened && (
        <Suspense fallback={<p className="hint">{t`Loading …`}</p>}>
          <KernelTimesContent />
        </Suspense>
      )}
    </details>
  );
}
