/** Lists the page's keys, in a dialog that is loaded then; `?` does too. */
import { Suspense, useCallback, useRef, useState } from 'react';
import { PAGE_KEYS } from '../../charts/keys.ts';
import { lazily } from '../lazily.tsx';
import { usePageKey } from '../usePageKey.ts';
import { t } from '../../text/t.ts';

const ShortcutsDialog = lazily(
  () => import('./ShortcutsDialog.tsx'),
  ({ ShortcutsDialog }) => ShortcutsDialog,
);

export function ShortcutsButton() {
  const [isOpen, setIsOpen] = useState(false);
  const before = useRef<Element | null>(null);
  const open = useCallback(() => {
    before.current = document.activeElement;
    setIsOpen(true);
  }, []);
  usePageKey(PAGE_KEYS.help, open);
  return (
    <>
      <button
        type="button"
        className="link"
        aria-haspopup="dialog"
        onClick={open}
      >{t`Keyboard shortcuts`}</button>{' '}
      (<kbd>{PAGE_KEYS.help}</kbd>)
      {isOpen && (
        <Suspense>
          <ShortcutsDialog
            onClose={() => setIsOpen(false)}
            restoreFocus={() => {
              const { current } = before;
              if (current instanceof HTMLElement || current instanceof SVGElement) current.focus();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
