/** Checkpoints in this browser that can't be read. */
import type { Unreadable } from '../../training/checkpoint/checkpoint.ts';
import { usePage, useSession } from '../context.ts';
import { Notice } from '../Notice.tsx';
import { t } from '../../text/t.ts';

export function UnreadableNotices() {
  const { unreadable } = usePage((state) => ({ unreadable: state.checkpoint.unreadable }));
  return unreadable.map((one) => <UnreadableNotice key={one.lineage} {...one} />);
}

function UnreadableNotice({ lineage, kind, reason }: Unreadable & { readonly lineage: string }) {
  const session = useSession();
  switch (kind) {
    case 'newer':
      return (
        <Notice title={t`A newer version of this page saved training here.`}>
          <p>{t`Only that version can read its checkpoint: ${reason} Reload the page once the newer version is back.`}</p>
        </Notice>
      );
    case 'missing':
      return (
        <Notice title={t`Saved training can’t be read yet.`}>
          <p>{t`${reason} The checkpoint stays in this browser.`}</p>
        </Notice>
      );
    default:
      return (
        <Notice title={t`Saved training can’t be read.`}>
          <p>{t`${reason} It has no other checkpoint to continue from.`}</p>
          <button
            type="button"
            onClick={() => session.send({ type: 'discardCheckpoint', lineage })}
          >{t`Delete it`}</button>
        </Notice>
      );
  }
}
