/** What was done, and an undo, for a while: the time stops while the notice is hovered or focused. */
import { useEffect, useRef, useState } from 'react';
import './toast.css';

/** How long it can be undone. */
const UNDO_MS = 20_000;

interface ToastProps {
  /** `Plain-20 removed` */
  readonly what: string;
  /** The name of the button that ends it. */
  readonly endLabel: string;
  onUndo(): void;
  /** The time is over, or the button was pressed. */
  onEnd(): void;
}

export function Toast({ what, endLabel, onUndo, onEnd }: ToastProps) {
  const undo = useRef<HTMLButtonElement>(null);
  const end = useRef(onEnd);
  const [isHeld, setIsHeld] = useState(false);
  const [said, setSaid] = useState('');
  useEffect(() => {
    end.current = onEnd;
  }, [onEnd]);
  useEffect(() => {
    // The button that did it, and had the focus, may have gone with what it was for.
    if (document.activeElement === document.body) undo.current?.focus();
    // Screen readers tell what changes in a region that was there.
    const timer = setTimeout(() => setSaid(`${what}. It can be undone.`), 100);
    return () => clearTimeout(timer);
  }, [what]);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => end.current(), UNDO_MS);
    return () => clearTimeout(timer);
  }, [isHeld]);
  return (
    <section
      className="toast"
      aria-label={what}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <span aria-hidden="true">{what}.</span>
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
      <button ref={undo} type="button" onClick={onUndo}>
        Undo
      </button>
      <button type="button" className="quiet" aria-label={endLabel} onClick={onEnd}>
        ×
      </button>
    </section>
  );
}
