/** Loss and error on ways between two nets, drawn over the places on the way, and as a table. */
import { useId } from 'react';
import { errorOf } from '../../app/lines.ts';
import { formatCount, formatPerCent, formatValue } from '../../charts/format.ts';
import { LineBetweenPlot } from '../../charts/geometry/LineBetweenPlot.tsx';
import { panelsHeight } from '../../charts/geometry/panels.ts';
import type { LineResult, LineRow } from '../../training/studies/study.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { namedStep, StudyFigure } from '../studies/StudyFigure.tsx';
import { StudyPlot } from '../studies/StudyPlot.tsx';
import type { Subject } from '../studies/useStudies.ts';
import { t } from '../../text/t.ts';

/** Of the drawing that is saved, in pixels. */
const SHEET_WIDTH = 860;
/** Places in the order of colours; neither split is a run. */
const COLOURS = { train: 2, test: 3 } as const;

/** One split along one way. */
export interface WayOfSplit {
  readonly split: keyof typeof COLOURS;
  readonly name: string;
  /** In place of the colour's own. */
  readonly dash?: string;
  /** In the order of the places; a way that is not whole yet has only its first, or none. */
  readonly rows: readonly LineRow[];
}

interface BetweenFigureProps {
  readonly from: Subject;
  readonly to: Subject;
  /** Of the first; null for a kept run. */
  readonly step: number | null;
  readonly result: Pick<LineResult, 'toStep' | 'images' | 'testImages'>;
  readonly ways: readonly WayOfSplit[];
  readonly title: string;
  readonly caption: string;
  readonly notes: readonly string[];
  /** Without its ending. */
  readonly fileName: string;
  readonly csv: () => string;
  readonly table: { readonly summary: string; readonly label: string };
}

export function BetweenFigure({ from, to, step, result, ways, ...figure }: BetweenFigureProps) {
  const clipId = useId();
  const { table, ...saved } = figure;
  const plot = {
    ends: [from.run.name, to.run.name] as const,
    clipId,
    splits: ways.flatMap(({ split, name, dash, rows }) =>
      rows.length === 0
        ? []
        : [
            {
              ...{ name, colourIndex: COLOURS[split], ...(dash !== undefined && { dash }) },
              alpha: rows.map(({ alpha }) => alpha),
              loss: rows.map((row) => row[split].loss),
              error: rows.map((row) => 100 * errorOf(row, split)),
            },
          ],
    ),
  };
  const longest = ways.reduce<readonly LineRow[]>(
    (most, { rows }) => (rows.length > most.length ? rows : most),
    [],
  );
  return (
    <StudyFigure
      {...saved}
      origin={t`${namedStep(from.run.name, step, formatCount)} to ${namedStep(to.run.name, result.toStep, formatCount)}: ${formatCount(result.images)} training images and ${formatCount(result.testImages)} test images.`}
      sheet={{
        ...{ width: SHEET_WIDTH, height: panelsHeight(SHEET_WIDTH), nets: [] },
        children: <LineBetweenPlot {...plot} width={SHEET_WIDTH} />,
      }}
      table={
        <details>
          <summary>{table.summary}</summary>
          <ScrollTable
            label={table.label}
            columns={[
              t`place`,
              ...ways.flatMap(({ name }) => [t`loss, ${name}`, t`error, ${name}`]),
            ]}
            rows={longest.map(({ alpha }, i) => ({
              key: alpha,
              head: formatValue(alpha),
              cells: ways.flatMap(({ split, rows }) => {
                const row = rows[i];
                return row === undefined
                  ? ['–', '–']
                  : [formatValue(row[split].loss), formatPerCent(100 * errorOf(row, split))];
              }),
            }))}
          />
        </details>
      }
    >
      <StudyPlot height={panelsHeight}>
        {(width) => <LineBetweenPlot {...plot} width={width} />}
      </StudyPlot>
    </StudyFigure>
  );
}
