/** The link to this comparison: to copy, what it holds and what it does not, and what it hides for a class. */
import { Dialog } from 'radix-ui';
import { useId, useMemo, useState } from 'react';
import { linkOf } from '../../app/address/address.ts';
import { usePage, useSession } from '../context.ts';
import { LinkContents } from './LinkContents.tsx';
import { type TeacherChoice, TeacherOptions } from './TeacherOptions.tsx';
import { pageUrl } from './useAddress.ts';
import '../export/dialog.css';
import './sharing.css';

interface ShareDialogProps {
  /** Takes the dialog away. */
  readonly onClose: () => void;
  /** Puts the focus back onto the button. */
  readonly restoreFocus: () => void;
}

/** Opens at once. */
export function ShareDialog({ onClose, restoreFocus }: ShareDialogProps) {
  const { store } = useSession();
  const { hidden, isLocked } = usePage(({ address }) => address);
  const runs = usePage((state) => state.runs);
  const [choice, setChoice] = useState<TeacherChoice>({ hide: hidden, lock: isLocked });
  const url = useMemo(() => {
    const link = pageUrl();
    link.hash = linkOf(store.getState(), { hide: [...choice.hide], lock: choice.lock });
    return link.href;
  }, [store, choice, runs]);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content
          className="dialog share"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            restoreFocus();
          }}
        >
          <header>
            <Dialog.Title>Share this comparison</Dialog.Title>
            <Dialog.Close className="quiet" aria-label="Close">
              ×
            </Dialog.Close>
          </header>
          <Dialog.Description className="hint">
            The link itself holds the setup. Nothing is stored elsewhere.
          </Dialog.Description>
          <Link url={url} />
          <LinkContents />
          <TeacherOptions choice={choice} onChange={setChoice} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Link({ url }: { readonly url: string }) {
  const id = useId();
  // Of which link: another one has not been copied.
  const [note, setNote] = useState<{ url: string; text: string } | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(url).then(
      () => setNote({ url, text: 'Copied.' }),
      () => setNote({ url, text: 'The browser refused: select the link and copy it.' }),
    );
  return (
    <div className="share-link">
      <label htmlFor={id} className="visually-hidden">
        Link
      </label>
      <input
        id={id}
        type="text"
        readOnly
        value={url}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" className="primary" onClick={() => void copy()}>
        Copy link
      </button>
      <a href={url} target="_blank" rel="noopener">
        Open it in a new tab
      </a>
      <p aria-live="polite" className="hint">
        {note?.url === url && note.text}
      </p>
    </div>
  );
}
