/** What was dropped on the page, and no part of it takes. */
import { useEffect, useState } from 'react';
import { t } from '../text/t.ts';
import { catchDrops } from './fileDrops.ts';
import { Notice } from './Notice.tsx';

export function RefusedDrop() {
  const [isRefused, setIsRefused] = useState(false);
  useEffect(() => catchDrops(() => setIsRefused(true)), []);
  if (!isRefused) return null;
  return (
    <Notice title={t`What was dropped can’t be opened now.`} severe>
      <p>
        {t`Images, weights and checkpoints go to their panels on the left, and only where a panel is shown, not locked, and ready.`}
      </p>
      <button type="button" onClick={() => setIsRefused(false)}>{t`Dismiss`}</button>
    </Notice>
  );
}
