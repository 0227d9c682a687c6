/** Runs that were just deleted, with an undo; runs that could not be kept, with their files. */
import type { UnkeptRun } from '../../app/state.ts';
import { formatBytes } from '../../charts/format.ts';
import { usePage } from '../context.ts';
import { Notice } from '../Notice.tsx';
import { Toast } from '../Toast.tsx';
import { useLibrary } from './useLibrary.ts';

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
  const what = isOne ? unkept[0]?.title : `${unkept.length} runs`;
  return (
    <Notice title={`${what} ${isOne ? 'is' : 'are'} not kept.`}>
      <p>
        This browser has not stored {isOne ? 'it' : 'them'}; {isOne ? 'it lasts' : 'they last'}{' '}
        until the page is closed or reloaded. A file lasts, and “Open checkpoint…” reads it.
      </p>
      {unkept.map((run) => (
        <button key={run.about.id} type="button" onClick={() => library.saveUnkeptFile(run)}>
          Save {run.title} as a file ({formatBytes(run.file.byteLength)})
        </button>
      ))}
      <button type="button" onClick={() => void library.saveUnkept()}>
        Try again
      </button>
      <button type="button" onClick={() => library.dismissUnkept()}>
        Dismiss
      </button>
    </Notice>
  );
}

function UndoToast() {
  const library = useLibrary();
  const deleted = usePage((state) => state.library.deleted);
  const [first] = deleted;
  if (first === undefined) return null;
  const name = first.name ?? first.network;
  const what = deleted.length === 1 ? name : `${deleted.length} runs`;
  return (
    <Toast
      what={`${what} deleted`}
      endLabel="Delete for good"
      onUndo={() => void library.undo()}
      onEnd={() => void library.forgetDeleted()}
    />
  );
}
