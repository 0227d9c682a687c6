/** A run's name, to be changed in its place. */
import { useEffect, useRef, useState } from 'react';
import type { RunView } from '../../app/state.ts';
import { reasonOf } from '../../data/dataError.ts';
import { useLibraryOpener, usePage, useSession } from '../context.ts';
import { NameInput } from '../NameInput.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';
import { t } from '../../text/t.ts';

export function RunName({ run }: { run: RunView }) {
  const session = useSession();
  const openLibrary = useLibraryOpener();
  const isLocked = useIsLocked();
  const isStored = usePage(
    ({ library }) => library.runs?.some(({ id }) => id === run.libraryId) ?? false,
  );
  const [isEdited, setIsEdited] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  useEffect(() => {
    if (wasEdited.current && !isEdited) button.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);
  const end = (name: string | null) => {
    setIsEdited(false);
    if (name === null) return;
    session.label(run.id, { name: name || null });
    if (isStored) void renameStored(name || null);
  };
  const renameStored = async (name: string | null) => {
    try {
      await (await openLibrary()).rename(run.libraryId, name);
    } catch (error) {
      const failure = t`The browser could not rename ${run.name} under Runs: ${reasonOf(error)}`;
      session.store.setState(({ library }) => ({ library: { ...library, failure } }));
    }
  };
  if (isEdited) {
    return (
      <h2 className="run-name-edited">
        <NameInput name={run.name} onEnd={end} />
      </h2>
    );
  }
  return (
    <>
      <h2 title={run.name}>{run.name}</h2>
      {!isLocked && (
        <button
          ref={button}
          type="button"
          className="quiet rename"
          aria-label={t`Rename ${run.name}`}
          title={t`Another name; an empty one follows the network again.`}
          onClick={() => setIsEdited(true)}
        >
          ✎
        </button>
      )}
    </>
  );
}
