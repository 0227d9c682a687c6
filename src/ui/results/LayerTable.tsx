/** The numbers of the heat maps: all runs at their last step, or one run over the steps. */
import { useId, useState } from 'react';
import { formatCount, formatValue } from '../../charts/format.ts';
import { formatRun } from '../../charts/profileRow.ts';
import { valueAt } from '../../app/column.ts';
import type { LayerStatistic } from '../../app/layerStatistics.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import { profileRows } from './LayerProfile.tsx';

/** Steps of a run that the table shows, evenly over all of them. */
const COLUMNS = 10;

interface LayerTableProps {
  readonly runs: readonly ShownRun[];
  readonly statistic: LayerStatistic;
  /** Of the histories; a closed table is not drawn. */
  readonly version: number;
}

export function LayerTable(props: LayerTableProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>These numbers as a table</summary>
      {isOpen && <OpenTable {...props} />}
    </details>
  );
}

function OpenTable({ runs, statistic }: LayerTableProps) {
  const id = useId();
  const [choice, setChoice] = useState('');
  const run = runs.find((candidate) => candidate.id === choice);
  return (
    <>
      <p className="layer-choice">
        <label htmlFor={id}>Of</label>
        <select id={id} value={run?.id ?? ''} onChange={(event) => setChoice(event.target.value)}>
          <option value="">all runs, last step</option>
          {runs.map(({ id: key, name }) => (
            <option key={key} value={key}>
              {name} over the steps
            </option>
          ))}
        </select>
      </p>
      <ScrollArea label={`Table: ${statistic.title}`}>
        {run === undefined ? (
          <LatestTable {...{ runs, statistic }} />
        ) : (
          <StepsTable {...{ run, statistic }} />
        )}
      </ScrollArea>
    </>
  );
}

function LatestTable({ runs, statistic }: Pick<LayerTableProps, 'runs' | 'statistic'>) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">layer</th>
          {runs.map(({ id, name }) => (
            <th key={id} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {profileRows(runs, statistic, null).map((row) => (
          <tr key={row.depth}>
            <th scope="row">{row.layer}</th>
            {runs.map(({ id }) => (
              <td key={id}>{formatRun(row, id)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function StepsTable({ run, statistic }: { run: ShownRun; statistic: LayerStatistic }) {
  const { history } = run;
  const { length, lastStep } = statistic.rows(history);
  const count = Math.min(COLUMNS, length);
  const rows = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (length - 1)) / (count - 1)),
  );
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">layer</th>
          {rows.map((row) => (
            <th key={row} scope="col">
              step {formatCount(lastStep[row] ?? 0)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {statistic.layers(history).map((layer) => {
          const column = statistic.column(history, layer);
          return (
            <tr key={layer.name}>
              <th scope="row">{layer.name}</th>
              {rows.map((row) => (
                <td key={row}>{formatValue(valueAt(column, row))}</td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
