/** The numbers of the heat maps: all runs at their last step, or one run over the steps. */
import { useState } from 'react';
import { valueAt } from '../../app/column.ts';
import type { LayerStatistic } from '../../app/layerStatistics.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { formatCount, formatValue } from '../../charts/format.ts';
import { formatRun } from '../../charts/profileRow.ts';
import { InlineSelect } from '../inputs.tsx';
import { LazyDetails } from '../LazyDetails.tsx';
import { ScrollTable } from '../ScrollTable.tsx';
import { profileRows } from './LayerProfile.tsx';
import { useLayerWords } from './useLayerWords.ts';
import { t } from '../../text/t.ts';

/** Steps of a run that the table shows, evenly spaced. */
const COLUMNS = 10;

interface LayerTableProps {
  readonly runs: readonly ShownRun[];
  readonly statistic: LayerStatistic;
  /** Of the histories, which are mutable. */
  readonly version: number;
}

export function LayerTable(props: LayerTableProps) {
  return (
    <LazyDetails summary={t`These numbers as a table`}>
      {() => <OpenTable {...props} />}
    </LazyDetails>
  );
}

function OpenTable({ runs, statistic }: LayerTableProps) {
  const [choice, setChoice] = useState('');
  const nameOf = useLayerWords();
  const run = runs.find(({ id }) => id === choice);
  return (
    <>
      <InlineSelect
        label={t`Of`}
        value={run?.id ?? ''}
        options={[
          ['', t`all runs, last step`],
          ...runs.map(({ id, name }) => [id, t`${name} over the steps`] as const),
        ]}
        onChange={setChoice}
      />
      <ScrollTable
        label={t`Table: ${statistic.title}`}
        {...(run === undefined
          ? latestTable(runs, statistic, nameOf)
          : stepsTable(run, statistic, nameOf))}
      />
    </>
  );
}

type NameOf = (layer: string) => string;

const latestTable = (runs: readonly ShownRun[], statistic: LayerStatistic, nameOf: NameOf) => ({
  columns: [t`layer`, ...runs.map(({ name }) => name)],
  rows: profileRows(runs, statistic, null).map((row) => ({
    key: row.depth,
    head: nameOf(row.layer),
    cells: runs.map(({ id }) => formatRun(row, id)),
  })),
});

function stepsTable({ history }: ShownRun, statistic: LayerStatistic, nameOf: NameOf) {
  const { length, lastStep } = statistic.rows(history);
  const count = Math.min(COLUMNS, length);
  const places = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (length - 1)) / (count - 1)),
  );
  return {
    columns: [t`layer`, ...places.map((row) => t`step ${formatCount(lastStep[row] ?? 0)}`)],
    rows: statistic.layers(history).map((layer) => {
      const column = statistic.column(history, layer);
      const cells = places.map((row) => formatValue(valueAt(column, row)));
      return { key: layer.name, head: nameOf(layer.name), cells };
    }),
  };
}
