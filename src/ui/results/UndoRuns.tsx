/** Brings back a run that was removed, or all that were started again. */
import { usePage, useSession } from '../context.ts';
import { Toast } from '../Toast.tsx';
import { t } from '../../text/t.ts';

export function UndoRuns() {
  const { undo } = useSession();
  const undoable = usePage((state) => state.undoable);
  if (undoable === null) return null;
  const { key, what, whyNot, note } = undoable;
  return (
    <Toast
      key={key}
      {...{ what, whyNot, note }}
      endLabel={t`Dismiss`}
      onUndo={() => void undo.undo()}
      onEnd={() => undo.dismiss(key)}
    />
  );
}
