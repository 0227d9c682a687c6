/** A notification of the browser's when all runs are over, for whoever asks. */
import { useEffect, useState } from 'react';
import { areAllOver, type RunView } from '../app/state.ts';
import { usePage } from './context.ts';
import { inOneLine } from '../app/words.ts';
import { t } from '../text/t.ts';

type Wish = 'none' | 'asked' | 'denied';

const endOf = ({ name, finished }: RunView): string =>
  finished ? t`${name} has finished` : t`${name} diverged`;

function notify(runs: readonly RunView[]): void {
  try {
    const text = { body: t`${inOneLine(runs.map(endOf))}.`, tag: 'training' };
    const notification = new Notification(t`Training is over`, text);
    notification.onclick = () => window.focus();
  } catch {
    // Chrome on Android has them for service workers only. The tab’s title still says it.
  }
}

export function NotifyAtEnd() {
  const runs = usePage((state) => state.runs);
  const [wish, setWish] = useState<Wish>('none');
  const isEnded = areAllOver(runs);
  useEffect(() => {
    if (!isEnded || wish !== 'asked') return;
    notify(runs);
    setWish('none');
  }, [isEnded, wish, runs]);
  const ask = async () => {
    // No permission is asked for before somebody wants it.
    const answer = 'Notification' in window ? await Notification.requestPermission() : 'denied';
    setWish(answer === 'granted' ? 'asked' : 'denied');
  };
  if (isEnded) return null;
  switch (wish) {
    case 'none':
      return (
        <button
          type="button"
          className="link"
          onClick={() => void ask()}
        >{t`Notify me at the end`}</button>
      );
    case 'asked':
      return (
        <button
          type="button"
          className="link"
          onClick={() => setWish('none')}
        >{t`Don’t notify me`}</button>
      );
    case 'denied':
      return (
        <span
          className="faint"
          aria-live="polite"
        >{t`No notifications here; the tab’s title says how far it is.`}</span>
      );
  }
}
