/** The experiment's numbers beside the published ones. */

import { csvLine } from '../../app/csvCell.ts';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import { type Experiment, QUANTITIES } from '../../app/experiments/experiment.ts';
import { firstToLast, short, startRatio, trainedRatio } from '../../app/experiments/measure.ts';
import { formatCount, formatPerCent, formatShort } from '../../charts/format.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { t } from '../../text/t.ts';

interface Column {
  /** In the file. */
  readonly field: string;
  readonly title: string;
  readonly of: (result: ArmResult) => string;
  /** In the file, where words differ. */
  readonly plain?: (result: ArmResult) => string;
}

const plainShort = (value: number): string =>
  Number.isFinite(value) ? short(value) : 'no finite number';

function columnsOf(
  { published, own, figure }: Experiment,
  results: readonly ArmResult[],
): Column[] {
  const ours = own(results);
  const isError = published.unit === '%';
  const write = (value: number) => (isError ? `${value} %` : `${published.unit}${short(value)}`);
  return [
    { field: 'Parameters', title: t`Parameters`, of: ({ parameters }) => formatCount(parameters) },
    { field: 'Multiply-adds', title: t`Multiply-adds`, of: ({ macs }) => formatShort(macs) },
    { field: 'Steps', title: t`Steps`, of: ({ steps }) => formatCount(steps) },
    {
      field: 'Training error',
      title: t`Training error`,
      of: ({ end, divergedAt }) => (divergedAt === null ? formatPerCent(end.error) : t`diverged`),
      plain: ({ end, divergedAt }) => (divergedAt === null ? formatPerCent(end.error) : 'diverged'),
    },
    { field: 'Training loss', title: t`Training loss`, of: ({ end }) => end.loss.toFixed(3) },
    {
      field: 'Test error',
      title: t`Test error`,
      of: ({ test }) => (test === null ? '–' : formatPerCent(test.error)),
    },
    {
      field: '‖∇‖ first ÷ last',
      title: t`‖∇‖ first ÷ last`,
      of: (result) => short(firstToLast(result)),
      plain: (result) => plainShort(firstToLast(result)),
    },
    ...(figure.type !== 'flow'
      ? []
      : [
          {
            field: '‖∇‖ first, step 0',
            title: t`‖∇‖ first, step 0`,
            of: ({ flow }: ArmResult) => short(flow?.first[0] ?? Number.NaN),
            plain: ({ flow }: ArmResult) => plainShort(flow?.first[0] ?? Number.NaN),
          },
          {
            field: '‖∇‖ first ÷ last, step 0',
            title: t`‖∇‖ first ÷ last, step 0`,
            of: (result: ArmResult) => short(startRatio(result)),
            plain: (result: ArmResult) => plainShort(startRatio(result)),
          },
          {
            field: '‖∇‖ first ÷ last, second half',
            title: t`‖∇‖ first ÷ last, second half`,
            of: (result: ArmResult) => short(trainedRatio(result)),
            plain: (result: ArmResult) => plainShort(trainedRatio(result)),
          },
        ]),
    ...(isError || ours.length === 0
      ? []
      : [
          {
            field: published.quantity,
            title: QUANTITIES[published.quantity],
            of: ({ arm }: ArmResult) => {
              const value = ours.find((candidate) => candidate.arm === arm)?.value;
              return value === undefined ? '–' : `${published.unit}${value.toFixed(2)}`;
            },
          },
        ]),
    ...(published.values.every(({ arm }) => arm === undefined)
      ? []
      : [
          {
            field: `Published ${published.quantity.toLowerCase()}`,
            title: t`Published ${QUANTITIES[published.quantity].toLowerCase()}`,
            of: ({ arm }: ArmResult) => {
              const found = published.values.find((candidate) => candidate.arm === arm);
              return found === undefined ? '–' : (found.text ?? write(found.value));
            },
          },
        ]),
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
      <summary>{t`The numbers`}</summary>
      <ScrollTable
        label={t`Numbers of ${experiment.title}`}
        columns={[t`Run`, ...columns.map(({ title }) => title)]}
        rows={results.map((result) => ({
          key: result.arm,
          head: result.name,
          cells: columns.map(({ of }) => of(result)),
        }))}
      />
      <p className="hint">{t`Training error and loss: mean over the last eighth of the steps. Gradient norms: mean over the first 20 steps. Published: ${experiment.published.source}.`}</p>
    </details>
  );
}

/** The table, then the curves, one line per point. */
export function numbersCsv(experiment: Experiment, results: readonly ArmResult[]): string {
  const columns = columnsOf(experiment, results);
  const table = [
    ['Run', ...columns.map(({ field }) => field)],
    ...results.map((result) => [
      result.name,
      ...columns.map(({ of, plain = of }) => plain(result)),
    ]),
  ].map((row) => csvLine(row, true));
  const points = results.flatMap(({ name, curve }) =>
    curve.step.map((step, i) =>
      csvLine([name, step, curve.loss[i] ?? undefined, curve.error[i] ?? undefined], true),
    ),
  );
  return `${[...table, '', 'Run,Step,Training loss,Training error %', ...points].join('\n')}\n`;
}
