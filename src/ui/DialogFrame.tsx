import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import './dialog.css';
import { screenFiller } from './menuContainer.ts';
import { t } from '../text/t.ts';

export interface DialogProps {
  readonly onClose: () => void;
  /** Returns the focus to where it was before the dialog opened. */
  readonly restoreFocus: () => void;
}

interface DialogFrameProps extends DialogProps {
  readonly title: string;
  readonly description: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A modal dialog, open as long as it is rendered. */
export function DialogFrame(props: DialogFrameProps) {
  const { title, description, className = '', onClose, restoreFocus, children } = props;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal container={screenFiller()}>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content
          className={`dialog ${className}`}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            restoreFocus();
          }}
        >
          <div className="dialog-header">
            <Dialog.Title>{title}</Dialog.Title>
            <Dialog.Close className="quiet" aria-label={t`Close`}>
              ×
            </Dialog.Close>
          </div>
          <Dialog.Description className="hint">{description}</Dialog.Description>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
