/** The import of one file: what the dialog shows, and what it can do. */
import { useEffect, useReducer, useRef } from 'react';
import { createImporter, type Importer } from '../../weights/importer/importer.ts';
import type { Findings, OpenedFile, TakenNetwork } from '../../weights/importer/weightsImport.ts';
import type { Answers } from '../../weights/match/inspect.ts';
import { reasonOf, sentence } from '../../data/dataError.ts';
import { t } from '../../text/t.ts';

interface ImportState {
  /** Name of the file being read. */
  readonly reading: string | null;
  readonly opened: OpenedFile | null;
  /** Under the answers that were looked into last. */
  readonly findings: Findings | null;
  /** Whether these are the present ones. */
  readonly isCurrent: boolean;
  /** The last error; the file opened before it stays open. */
  readonly error: string | null;
}

type Action =
  | { readonly type: 'reading'; readonly fileName: string }
  | { readonly type: 'opened'; readonly opened: OpenedFile }
  | { readonly type: 'inspecting' }
  | { readonly type: 'inspected'; readonly findings: Findings }
  | { readonly type: 'failed'; readonly error: string };

const NOTHING: ImportState = {
  reading: null,
  opened: null,
  findings: null,
  isCurrent: false,
  error: null,
};

function reduce(state: ImportState, action: Action): ImportState {
  switch (action.type) {
    case 'reading':
      return { ...state, reading: action.fileName, error: null };
    case 'opened':
      return { ...NOTHING, opened: action.opened, findings: action.opened.findings };
    case 'inspecting':
      return { ...state, isCurrent: false, error: null };
    case 'inspected':
      return { ...state, findings: action.findings, isCurrent: true };
    case 'failed':
      return { ...state, reading: null, error: action.error };
  }
}

/** @param answers what is known beyond the file. @param key changes with them. */
export function useImport(
  answers: Answers,
  key: string,
): ImportState & {
  open(file: File): void;
  /** The network; null, with an error, if the file does not hold it. */

  take(answers: Answers): Promise<TakenNetwork | null>;
  /** The network; null if the file does not hold it. */
  attempt(answers: Answers): Promise<TakenNetwork | null>;
} {
  const [state, dispatch] = useReducer(reduce, NOTHING);
  const importer = useRef<Importer>(null);
  const latest = useRef(0);
  useEffect(() => {
    const own = createImporter();
    importer.current = own;
    return () => own.end(t`The import was cancelled.`);
  }, []);

  const { opened } = state;
  useEffect(() => {
    if (opened === null || importer.current === null) return;
    const turn = ++latest.current;
    dispatch({ type: 'inspecting' });
    importer.current.call('inspect', answers).then(
      (findings) => turn === latest.current && dispatch({ type: 'inspected', findings }),
      (error: unknown) =>
        turn === latest.current && dispatch({ type: 'failed', error: sentence(reasonOf(error)) }),
    );
  }, [opened, key]);

  return {
    ...state,
    open(file) {
      latest.current++;
      dispatch({ type: 'reading', fileName: file.name });
      importer.current?.call('open', { file, fileName: file.name }).then(
        (read) => dispatch({ type: 'opened', opened: read }),
        (error: unknown) =>
          dispatch({
            type: 'failed',
            error: t`${file.name} was not imported: ${sentence(reasonOf(error))}`,
          }),
      );
    },
    attempt: async (chosen) =>
      (await importer.current?.call('take', chosen).catch(() => null)) ?? null,
    async take(chosen) {
      try {
        return (await importer.current?.call('take', chosen)) ?? null;
      } catch (error) {
        dispatch({ type: 'failed', error: sentence(reasonOf(error)) });
        return null;
      }
    },
  };
}
