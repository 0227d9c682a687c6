/** The import of one file: what the dialog shows, and what it can do. */
import { useEffect, useReducer, useRef } from 'react';
import type { ModelConfig } from '../../model/config.ts';
import { createImporter, type Importer } from '../../weights/importer/importer.ts';
import type { OpenedFile, TakenTensor } from '../../weights/importer/weightsImport.ts';
import type { MatchRow } from '../../weights/match/matchWeights.ts';

interface ImportState {
  /** Name of the file being read. */
  readonly reading: string | null;
  readonly opened: OpenedFile | null;
  /** Null if there is nothing to compare, or while comparing. */
  readonly rows: readonly MatchRow[] | null;
  /** The last error; the file opened before it stays open. */
  readonly error: string | null;
}

type Action =
  | { readonly type: 'reading'; readonly fileName: string }
  | { readonly type: 'opened'; readonly opened: OpenedFile }
  | { readonly type: 'matching' }
  | { readonly type: 'matched'; readonly rows: readonly MatchRow[] }
  | { readonly type: 'failed'; readonly error: string };

const NOTHING: ImportState = { reading: null, opened: null, rows: null, error: null };

function reduce(state: ImportState, action: Action): ImportState {
  switch (action.type) {
    case 'reading':
      return { ...state, reading: action.fileName, error: null };
    case 'opened':
      return { ...NOTHING, opened: action.opened };
    case 'matching':
      return { ...state, rows: null, error: null };
    case 'matched':
      return { ...state, rows: action.rows };
    case 'failed':
      return { ...state, reading: null, error: action.error };
  }
}

/** The message as a sentence. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.endsWith('.') ? reason : `${reason}.`;
}

/** @param model the network to compare the open file with; null: none. */
export function useImport(model: (opened: OpenedFile) => ModelConfig | null): ImportState & {
  open(file: File): void;
  /** The tensors of the chosen network; null, with an error, if the file does not have them. */
  take(model: ModelConfig): Promise<readonly TakenTensor[] | null>;
} {
  const [state, dispatch] = useReducer(reduce, NOTHING);
  const importer = useRef<Importer>(null);
  const latest = useRef(0);
  useEffect(() => {
    const own = createImporter();
    importer.current = own;
    return () => own.end('The import was ended.');
  }, []);

  const { opened } = state;
  const wanted = opened === null ? null : model(opened);
  const key = wanted === null ? null : JSON.stringify(wanted);
  useEffect(() => {
    if (wanted === null || importer.current === null) return;
    const turn = ++latest.current;
    dispatch({ type: 'matching' });
    importer.current.call('match', wanted).then(
      (rows) => turn === latest.current && dispatch({ type: 'matched', rows }),
      (error: unknown) =>
        turn === latest.current && dispatch({ type: 'failed', error: reasonOf(error) }),
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
          dispatch({ type: 'failed', error: `${file.name} was not imported: ${reasonOf(error)}` }),
      );
    },
    async take(chosen) {
      try {
        return (await importer.current?.call('take', chosen)) ?? null;
      } catch (error) {
        dispatch({ type: 'failed', error: reasonOf(error) });
        return null;
      }
    },
  };
}
