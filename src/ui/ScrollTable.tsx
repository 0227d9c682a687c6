import type { ReactNode } from 'react';
import { ScrollArea } from './ScrollArea.tsx';

interface TableRow {
  readonly key: string | number;
  readonly head: ReactNode;
  readonly cells: readonly ReactNode[];
  readonly className?: string;
}

interface ScrollTableProps {
  /** Of the area that scrolls. */
  readonly label: string;
  readonly caption?: ReactNode;
  readonly columns: readonly ReactNode[];
  readonly rows: readonly TableRow[];
}

/** A table that scrolls by itself; the first column holds the rows' headings. */
export function ScrollTable({ label, caption, columns, rows }: ScrollTableProps) {
  return (
    <ScrollArea label={label}>
      <table>
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={i} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, head, cells, className }) => (
            <tr key={key} className={className}>
              <th scope="row">{head}</th>
              {cells.map((cell, i) => (
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
