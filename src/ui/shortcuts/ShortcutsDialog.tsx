import { Fragment } from 'react';
import { DialogFrame, type DialogProps } from '../DialogFrame.tsx';
import { keyName, SHORTCUTS } from './shortcuts.ts';
import './shortcuts.css';
import { t } from '../../text/t.ts';

export function ShortcutsDialog(props: DialogProps) {
  return (
    <DialogFrame
      {...props}
      className="shortcuts"
      title={t`Keyboard shortcuts`}
      description={t`All else is reached by Tab.`}
    >
      {SHORTCUTS.map(({ where, shortcuts }) => (
        <section key={where}>
          <h3>{where}</h3>
          <dl>
            {shortcuts.map(({ keys, does }) => (
              <Fragment key={does}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{keyName(key)}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </DialogFrame>
  );
}
