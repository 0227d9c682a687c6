/** Another version of the page is on its server. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { keepNow } from '../app/updates/keepNow.ts';
import { Updates } from '../app/updates/updates.ts';
import { usePage, useSession } from './context.ts';
import { Notice } from './Notice.tsx';
import { t } from '../text/t.ts';

/** A first visit has its engine to open before its files are kept. */
const BEGIN_MS = 2000;

export function NewVersion() {
  const session = useSession();
  const [updates] = useState(() => new Updates());
  const [isChanging, setIsChanging] = useState(false);
  const [isLoss, setIsLoss] = useState(false);
  const isNewOut = useStore(updates.store, ({ isNewOut }) => isNewOut);
  const { isOpen, hasSteps, areRunsAside } = usePage(({ phase, stepsDone, areRunsAside }) => ({
    areRunsAside,
    isOpen: phase !== 'opening',
    hasSteps: stepsDone > 0,
  }));
  useEffect(() => updates.watch(), [updates]);
  useEffect(() => {
    if (!isOpen) return;
    const timer = setTimeout(() => void updates.begin(), BEGIN_MS);
    return () => clearTimeout(timer);
  }, [isOpen, updates]);
  if (!isNewOut) return null;
  const change = async () => {
    setIsChanging(true);
    const isKept = await keepNow(session);
    if (isKept || isLoss) return updates.change();
    setIsChanging(false);
    setIsLoss(true);
  };
  return (
    <Notice title={t`A new version of this page is out.`}>
      <p>
        {areRunsAside
          ? t`End the tour first: your own runs come back then.`
          : isLoss
            ? t`The runs could not be kept as they are: they would go on from their last checkpoint, or start again where there is none. Export their weights first, or reload all the same.`
            : hasSteps
              ? t`This version keeps training until you reload; the runs then continue from a checkpoint saved at that moment.`
              : t`Reload to use it.`}
      </p>
      <button type="button" disabled={isChanging || areRunsAside} onClick={() => void change()}>
        {isChanging ? t`Reloading …` : t`Reload`}
      </button>
    </Notice>
  );
}
