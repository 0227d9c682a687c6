/** Whether a run is drawn on the charts; live runs always are. */
import { MAX_PINNED } from '../../app/library/library.ts';
import type { LibraryRow } from '../../app/library/rows.ts';
import { usePage } from '../context.ts';
import { useLibrary } from './useLibrary.ts';
import { t } from '../../text/t.ts';

export function PinCell({ row }: { row: LibraryRow }) {
  const library = useLibrary();
  const pinned = usePage((state) => state.library.runs?.filter(({ isPinned }) => isPinned).length);
  if (row.runId !== null || row.stored === null) {
    return (
      <td className="pin">
        <span className="live" title={t`Training or ready to train; always drawn`}>{t`live`}</span>
      </td>
    );
  }
  const { id, isPinned } = row.stored;
  const isFull = !isPinned && (pinned ?? 0) >= MAX_PINNED;
  return (
    <td className="pin">
      <label title={isFull ? t`${MAX_PINNED} kept runs are already drawn` : undefined}>
        <input
          type="checkbox"
          checked={isPinned}
          disabled={isFull}
          aria-label={t`Draw ${row.name}`}
          onChange={({ target }) => void library.pin(id, target.checked)}
        />
      </label>
    </td>
  );
}
