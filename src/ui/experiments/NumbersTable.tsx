/** The experiment's numbers beside the published ones. */

import { csvLine } from '../../app/csvCell.ts';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import type { Experiment } from '../../app/experiments/experiment.ts';
import { firstToLast, short } from '../../app/experiments/measure.ts';
import { formatCount, formatPerCent, formatShort } from '../../charts/format.ts';
import { ScrollTable } from '../ScrollTable.tsx';

interface Column {
  readonly title: string;
  readonly of: (result: ArmResult) => string;
}

function columnsOf({ published, own }: Experiment, results: readonly ArmResult[]): Column[] {
  const ours = own(results);
  const isError = published.unit === '%';
  const write = (value: number) => (isError ? `${value} %` : `${published.unit}${short(value)}`);
  const quantity = published.quantity.toLowerCase();
  return [
    { title: 'Parameters', of: ({ parameters }) => formatCount(parameters) },
    { title: 'Multiply-adds', of: ({ macs }) => formatShort(macs) },
    { title: 'Steps', of: ({ steps }) => formatCount(steps) },
    {
      title: 'Training error',
      of: ({ end, divergedAt }) => (divergedAt === null ? formatPerCent(end.error) : 'diverged'),
    },
    { title: 'Training loss', of: ({ end }) => end.loss.toFixed(3) },
    { title: 'Test error', of: ({ test }) => (test === null ? '–' : formatPerCent(test.error)) },
    { title: '‖∇‖ first ÷ last', of: (result) => short(firstToLast(result)) },
    ...(isError
      ? []
      : [
          {
            title: published.quantity,
            of: ({ arm }: ArmResult) => {
              const value = ours.find((candidate) => candidate.arm === arm)?.value;
              return value === undefined ? '–' : `${published.unit}${value.toFixed(2)}`;
            },
          },
        ]),
    {
      title: `Published ${quantity}`,
      of: ({ arm }) => {
        const found = published.values.find((candidate) => candidate.arm === arm);
        return found === undefined ? '–' : (found.text ?? write(found.value));
      },
    },
  ];
}

interface NumbersTableProps {
  readonly experiment: Experiment;
  readonly results: readonly ArmResult[];
}

export function NumbersTable({ experiment, results }: NumbersTableProps) {
  const columns = columnsOf(experiment, results);
  return (
    <details>
      <summary>The numbers</summary>
      <ScrollTable
        label={`Numbers of ${experiment.title}`}
        columns={['Run', ...columns.map(({ title }) => title)]}
        rows={results.map((result) => ({
          key: result.arm,
          head: result.name,
          cells: columns.map(({ of }) => of(result)),
        }))}
      />
      <p className="hint">
        Training error and loss: mean over the last eighth of the steps. Gradient norms: mean over
        the first 20 steps. Published: {experiment.published.source}.
      </p>
    </details>
  );
}

/** The table, then the curves, one line per point. */
export function numbersCsv(experiment: Experiment, results: readonly ArmResult[]): string {
  const columns = columnsOf(experiment, results);
  const table = [
    ['Run', ...columns.map(({ title }) => title)],
    ...results.map((result) => [result.name, ...columns.map(({ of }) => of(result))]),
  ].map((row) => csvLine(row, true));
  const points = results.flatMap(({ name, curve }) =>
    curve.step.map((step, i) =>
      csvLine([name, step, curve.loss[i] ?? undefined, curve.error[i] ?? undefined], true),
    ),
  );
  return `${[...table, '', 'Run,Step,Training loss,Training error %', ...points].join('\n')}\n`;
}
