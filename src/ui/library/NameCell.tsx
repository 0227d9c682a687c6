/** A run's line, its name or a field to rename it, and how it differs from the baseline. */
import { t } from '../../text/t.ts';
import { shortList } from '../../app/configDifferences.ts';
import type { LibraryRow } from '../../app/library/rows.ts';
import { useSession } from '../context.ts';
import { NameInput } from '../NameInput.tsx';
import { RunLine } from '../RunLine.tsx';
import { useLibrary } from './useLibrary.ts';

/** Differences that the table lists; the tooltip and “Two configs” have the rest. */
const MOST_CHANGES = 4;

interface NameCellProps {
  readonly row: LibraryRow;
  readonly isBaseline: boolean;
  readonly isEdited: boolean;
  /** Null: editing has ended. */
  readonly onEdit: (id: null) => void;
}

export function NameCell({ row, isBaseline, isEdited, onEdit }: NameCellProps) {
  return (
    <th scope="row">
      <span className="run-name">
        <RunLine colourIndex={row.colourIndex} />
        {isEdited ? (
          <NameField row={row} onEnd={() => onEdit(null)} />
        ) : (
          <strong>{row.name}</strong>
        )}
      </span>
      <span className="note" title={row.changes.join(', ')}>
        {isBaseline ? t`baseline` : shortList(row.changes, MOST_CHANGES)}
      </span>
    </th>
  );
}

function NameField({ row, onEnd }: { row: LibraryRow; onEnd: () => void }) {
  const session = useSession();
  const library = useLibrary();
  const end = (name: string | null) => {
    if (name !== null && row.runId !== null) session.label(row.runId, { name: name || null });
    if (name !== null && row.stored !== null) void library.rename(row.id, name || null);
    onEnd();
  };
  return <NameInput name={row.name} onEnd={end} />;
}
