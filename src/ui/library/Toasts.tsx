/** Runs that were just deleted, with an undo; runs that could not be kept, with their files. */
import { useEffect, useRef, useState } from 'react';
import { formatBytes } from '../../charts/format.ts';
import { usePage } from '../context.ts';
import { Notice } from '../Notice.tsx';
import { useLibrary } from './useLibrary.ts';
import './toasts.css';

/** How long a deletion can be undone; the time stops while the notice is hovered or focused. */
const UNDO_MS = 20_000;

export function Toasts() {
  const { deleted, unsaved } = usePage(({ library }) => ({
    deleted: library.deleted,
    unsaved: library.unsaved,
  }));
  const library = useLibrary();
  return (
    <>
      {unsaved.map((run) => (
        <Notice key={run.about.id} title={`${run.title} is not kept yet.`} severe>
          <p>
            {run.isFull
              ? `This browser has no room for it (${formatBytes(run.file.byteLength)}). Delete kept runs and try again, or save it as a file, which “Open checkpoint…” reads.`
              : `${run.reason}. Try again, or save it as a file, which “Open checkpoint…” reads.`}
          </p>
          <button type="button" onClick={() => void library.saveAgain(run)}>
            Try again
          </button>
          <button type="button" onClick={() => library.saveUnsavedFile(run)}>
            Save as a file
          </button>
          <button type="button" onClick={() => library.dismissUnsaved(run)}>
            Discard
          </button>
        </Notice>
      ))}
      {deleted.length > 0 && <UndoToast key={deleted.map(({ id }) => id).join()} />}
    </>
  );
}

function UndoToast() {
  const library = useLibrary();
  const deleted = usePage((state) => state.library.deleted);
  const undo = useRef<HTMLButtonElement>(null);
  const [isHeld, setIsHeld] = useState(false);
  // The button that deleted the row, and had the focus, is gone with it.
  useEffect(() => undo.current?.focus(), []);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => void library.forgetDeleted(), UNDO_MS);
    return () => clearTimeout(timer);
  }, [isHeld, library]);
  const [first] = deleted;
  if (first === undefined) return null;
  const name = first.name ?? first.network;
  const what = deleted.length === 1 ? name : `${deleted.length} runs`;
  return (
    <section
      className="toast"
      aria-label={`${what} deleted`}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <span>{what} deleted.</span>
      <button ref={undo} type="button" onClick={() => void library.undo()}>
        Undo
      </button>
      <button
        type="button"
        className="quiet"
        aria-label="Delete for good"
        onClick={() => void library.forgetDeleted()}
      >
        ×
      </button>
    </section>
  );
}
