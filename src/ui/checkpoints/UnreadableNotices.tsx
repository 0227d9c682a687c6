/** Checkpoints in this browser that can't be read. */
import { usePage, useSession } from '../context.ts';
import { Notice } from '../Notice.tsx';

export function UnreadableNotices() {
  const session = useSession();
  const { unreadable } = usePage((state) => ({ unreadable: state.checkpoint.unreadable }));
  return unreadable.map(({ lineage, kind, reason }) =>
    kind === 'newer' ? (
      <Notice key={lineage} title="A newer version of this page has kept training here.">
        <p>
          Its checkpoint waits for that version: {reason} Reload the page when the newer version is
          out again.
        </p>
      </Notice>
    ) : (
      <Notice key={lineage} title="Training that was kept here can’t be read.">
        <p>{reason} None of its checkpoints is left to continue from.</p>
        <button type="button" onClick={() => session.send({ type: 'discardCheckpoint', lineage })}>
          Delete it
        </button>
      </Notice>
    ),
  );
}
