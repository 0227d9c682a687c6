/** Checkpoints in this browser that can't be read. */
import { usePage, useSession } from '../context.ts';
import { Notice } from '../Notice.tsx';

export function UnreadableNotices() {
  const session = useSession();
  const { unreadable } = usePage((state) => ({ unreadable: state.checkpoint.unreadable }));
  return unreadable.map(({ lineage, kind, reason }) =>
    kind === 'newer' ? (
      <Notice key={lineage} title="A newer version of this page saved training here.">
        <p>
          Only that version can read its checkpoint: {reason} Reload the page once the newer version
          is back.
        </p>
      </Notice>
    ) : (
      <Notice key={lineage} title="Saved training can’t be read.">
        <p>{reason} It has no other checkpoint to continue from.</p>
        <button type="button" onClick={() => session.send({ type: 'discardCheckpoint', lineage })}>
          Delete it
        </button>
      </Notice>
    ),
  );
}
