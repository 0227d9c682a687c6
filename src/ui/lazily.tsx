/** Parts of the page that are loaded when they are first opened. */
import {
  type ComponentType,
  lazy,
  type ReactNode,
  Suspense,
  useReducer,
  useRef,
  useState,
} from 'react';
import { deferred } from '../chunk.ts';
import type { DialogProps } from './DialogFrame.tsx';
import { PartBoundary, StandIn } from './PartBoundary.tsx';

/**
 * A component in a chunk of its own: `lazily(() => import('./Part.tsx'), ({ Part }) => Part)`. Where it can't be loaded or
 * drawn, a line in its place says so and tries again; the rest of the page stays. Suspends while it is loaded.
 * @param isFirst for a part that nobody opens but that comes up in training.
 */
export function lazily<M, P extends object>(
  importing: () => Promise<M>,
  pick: (module: M) => ComponentType<P>,
  isFirst = false,
): ComponentType<P> {
  const load = deferred(importing, isFirst);
  const begin = () => lazy(async () => ({ default: pick(await load()) }));
  let Part = begin();
  return function LazyPart(props: P) {
    const [, redraw] = useReducer((count: number) => count + 1, 0);
    const again = () => {
      // What React has once failed to load stays failed.
      Part = begin();
      redraw();
    };
    const onClose = 'onClose' in props && props.onClose instanceof Function ? props.onClose : null;
    return (
      <PartBoundary onRetry={again} onClose={onClose === null ? null : () => onClose()}>
        <Part {...props} />
      </PartBoundary>
    );
  };
}

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

/**
 * `button(open)` until the menu is wanted, then the menu, which opens itself and has a button of its own. While it can't
 * be loaded, the button stays and tries again.
 */
export function LazyMenu(props: {
  readonly button: (open: () => void) => ReactNode;
  readonly menu: ReactNode;
}) {
  const [isWanted, setIsWanted] = useState(false);
  const button = props.button(() => setIsWanted(true));
  if (!isWanted) return button;
  return (
    <StandIn value={props.button}>
      <Suspense fallback={button}>{props.menu}</Suspense>
    </StandIn>
  );
}
