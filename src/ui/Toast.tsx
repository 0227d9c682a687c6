/** What was done, and an undo, for a while, which begins anew once the notice is neither hovered nor focused. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { wasKeyPressedLast } from './lastPress.ts';
import './toast.css';
import { sentenceSpace } from '../text/language.ts';
import { t } from '../text/t.ts';

/** How long it can be undone. */
const UNDO_MS = 20_000;

interface ToastProps {
  /** `Plain-20 removed` */
  readonly what: string;
  /** The name of the button that ends it. */
  readonly endLabel: string;
  /** Why it can't be undone; left out or null: it can. */
  readonly whyNot?: string | null;
  /** A further sentence; left out or null: none. */
  readonly note?: string | null;
  onUndo(): void;
  /** The time is over, or the button was pressed. */
  onEnd(): void;
}

export function Toast({ what, endLabel, whyNot = null, note = null, onUndo, onEnd }: ToastProps) {
  const undo = useRef<HTMLButtonElement>(null);
  const end = useRef(onEnd);
  const endButton = useRef<HTMLButtonElement>(null);
  const [isHovered, setIsHovered] = useState(false);
  const [isFocused, setIsFocused] = useState(false);
  const isHeld = isHovered || isFocused;
  const [said, setSaid] = useState('');
  useEffect(() => {
    end.current = onEnd;
  }, [onEnd]);
  useEffect(() => {
    // The button that did it, and had the focus, may have gone with what it was for.
    const isLost = document.activeElement === document.body;
    if (isLost && wasKeyPressedLast()) undo.current?.focus();
  }, []);
  const canUndo = whyNot === null;
  useLayoutEffect(() => {
    // The button that had the focus is gone, and says no more that it has lost it.
    if (!canUndo && isFocused) endButton.current?.focus();
  }, [canUndo, isFocused]);
  const done = t`${what}.`;
  const notes = [note, whyNot && t`It can’t be undone: ${whyNot}`];
  const more = notes.map((one) => (one ? `${sentenceSpace}${one}` : '')).join('');
  useEffect(() => {
    // Screen readers tell what changes in a region that was there.
    const timer = setTimeout(
      () => setSaid(`${done}${more || `${sentenceSpace}${t`It can be undone.`}`}`),
      100,
    );
    return () => clearTimeout(timer);
  }, [done, more]);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => end.current(), UNDO_MS);
    return () => clearTimeout(timer);
  }, [isHeld]);
  return (
    <section
      className="toast"
      aria-label={what}
      onPointerEnter={() => setIsHovered(true)}
      onPointerLeave={() => setIsHovered(false)}
      onFocus={() => setIsFocused(true)}
      onBlur={() => setIsFocused(false)}
    >
      <span aria-hidden="true">
        {done}
        {more}
      </span>
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
      {canUndo && <button ref={undo} type="button" onClick={onUndo}>{t`Undo`}</button>}
      <button ref={endButton} type="button" className="quiet" aria-label={endLabel} onClick={onEnd}>
        ×
      </button>
    </section>
  );
}
