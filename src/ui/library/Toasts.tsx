/** Runs that were just deleted, with an undo; runs that could not be kept, with their files. */
import type { UnkeptRun } from '../../app/state.ts';
import { formatBytes } from '../../charts/format.ts';
import { usePage } from '../context.ts';
import { Notice } from '../Notice.tsx';
import { Toast } from '../Toast.tsx';
import { useLibrary } from './useLibrary.ts';
import { t } from '../../text/t.ts';

export function Toasts() {
  const { deleted, unkept, isDismissed } = usePage(({ library }) => ({
    deleted: library.deleted,
    unkept: library.unkept,
    isDismissed: library.isUnkeptDismissed,
  }));
  return (
    <>
      {unkept.length > 0 && !isDismissed && <UnkeptRuns unkept={unkept} />}
      {deleted.length > 0 && <UndoToast key={deleted.map(({ id }) => id).join()} />}
    </>
  );
}

function UnkeptRuns({ unkept }: { unkept: readonly UnkeptRun[] }) {
  const library = useLibrary();
  const isOne = unkept.length === 1;
  return (
    <Notice
      title={
        isOne ? t`${unkept[0]?.title ?? ''} is not kept.` : t`${unkept.length} runs are not kept.`
      }
    >
      <p>
        {isOne
          ? t`This browser has not stored it; it lasts until the page is closed or reloaded. A file lasts, and “Open checkpoint…” reads it.`
          : t`This browser has not stored them; they last until the page is closed or reloaded. A file lasts, and “Open checkpoint…” reads it.`}
      </p>
      {unkept.map((run) => (
        <button
          key={run.about.id}
          type="button"
          onClick={() => library.saveUnkeptFile(run)}
        >{t`Save ${run.title} as a file (${formatBytes(run.file.byteLength)})`}</button>
      ))}
      <button type="button" onClick={() => void library.saveUnkept()}>{t`Try again`}</button>
      <button type="button" onClick={() => library.dismissUnkept()}>{t`Dismiss`}</button>
    </Notice>
  );
}

function UndoToast() {
  const library = useLibrary();
  const deleted = usePage((state) => state.library.deleted);
  const [first] = deleted;
  if (first === undefined) return null;
  const name = first.name ?? first.network;
  return (
    <Toast
      what={deleted.length === 1 ? t`${name} deleted` : t`${deleted.length} runs deleted`}
      endLabel={t`Delete for good`}
      onUndo={() => void library.undo()}
      onEnd={() => void library.forgetDeleted()}
    />
  );
}
