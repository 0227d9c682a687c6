/** Parts of the page that are loaded when they are first opened. */
import { type ComponentType, lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import type { DialogProps } from './DialogFrame.tsx';

/** A component in a chunk of its own. */
export const lazily = <P extends object>(load: () => Promise<ComponentType<P>>) =>
  lazy(async () => ({ default: await load() }));

interface DialogButtonProps {
  readonly Dialog: ComponentType<DialogProps>;
  readonly disabled: boolean;
  readonly children: ReactNode;
}

/** A button and the dialog that it opens. */
export function DialogButton({ Dialog, disabled, children }: DialogButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        disabled={disabled}
        onClick={() => setIsOpen(true)}
      >
        {children}
      </button>
      {isOpen && (
        <Suspense>
          <Dialog onClose={() => setIsOpen(false)} restoreFocus={() => button.current?.focus()} />
        </Suspense>
      )}
    </>
  );
}

/** `button(open)` until the menu is wanted, then the menu, which opens itself and has a button of its own. */
export function LazyMenu(props: {
  readonly button: (open: () => void) => ReactNode;
  readonly menu: ReactNode;
}) {
  const [isWanted, setIsWanted] = useState(false);
  const button = props.button(() => setIsWanted(true));
  return isWanted ? <Suspense fallback={button}>{props.menu}</Suspense> : button;
}
