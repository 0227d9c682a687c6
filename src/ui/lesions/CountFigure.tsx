/** The figure of several blocks switched off at once: test error by their number. */
import { errorsByCount, lesionsCsv } from '../../app/lesions.ts';
import { formatPerCent } from '../../charts/format.ts';
import { type CountLine, CountPlot } from '../../charts/lesions/CountPlot.tsx';
import { ScrollTable } from '../ScrollTable.tsx';
import { StudyFigure } from '../studies/StudyFigure.tsx';
import { StudyPlot } from '../studies/StudyPlot.tsx';
import { COUNT_NOTES, COUNT_TITLE } from './lesionNotes.ts';
import { chanceError, type LesionStudies, namedLesions, originOf, SHEET } from './lesionStudies.ts';
import { t } from '../../text/t.ts';

const HEIGHT = 280;

export function CountFigure({ studies }: { studies: LesionStudies }) {
  const lines = studies.map(({ subject: { run }, result }): CountLine => {
    const { id, name, colourIndex } = run;
    return { id, name, colourIndex, points: errorsByCount(result) };
  });
  const plot = { lines, chance: chanceError(studies) };
  const counts = [...new Set(lines.flatMap(({ points }) => points.map(({ count }) => count)))];
  return (
    <StudyFigure
      title={COUNT_TITLE}
      notes={COUNT_NOTES}
      fileName="lesions-several"
      origin={originOf(studies)}
      sheet={{ ...SHEET, nets: lines, children: <CountPlot {...plot} {...SHEET} /> }}
      csv={() => lesionsCsv(namedLesions(studies))}
      table={
        <details>
          <summary>{t`These errors as a table`}</summary>
          <ScrollTable
            label={t`Table of test errors by number`}
            columns={[t`blocks off`, ...lines.map(({ name }) => name)]}
            rows={counts.map((count) => ({
              key: count,
              head: count,
              cells: lines.map(({ points }) => rangeText(points.find((p) => p.count === count))),
            }))}
          />
        </details>
      }
    >
      <StudyPlot height={() => HEIGHT}>
        {(width) => <CountPlot {...plot} width={width} height={HEIGHT} />}
      </StudyPlot>
    </StudyFigure>
  );
}

const rangeText = (point: CountLine['points'][number] | undefined): string =>
  point === undefined
    ? '–'
    : `${formatPerCent(point.mean)} (${point.low.toFixed(1)}–${point.high.toFixed(1)})`;
