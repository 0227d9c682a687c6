/** Several blocks switched off at once: test error by their number. */
import { type CountLine, CountPlot } from '../../charts/lesions/CountPlot.tsx';
import { Slide } from '../../charts/Slide.tsx';
import { errorsByCount, lesionsCsv } from '../../app/lesions.ts';
import { resultOf } from '../../app/studies.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import { FigureButtons } from './FigureButtons.tsx';
import { about, longestGraph, named } from './LesionFigure.tsx';
import { COUNT_NOTES, COUNT_TITLE } from './lesionWords.ts';
import type { Studies } from './subjects.ts';
import { useWidth } from './useWidth.ts';

const HEIGHT = 280;
const SLIDE_WIDTH = 860;

export function CountFigure({ swept }: { swept: readonly Studies[] }) {
  const [frame, width] = useWidth<HTMLDivElement>(700);
  const lines = swept.map(({ subject: { id, name, colourIndex }, state }): CountLine => {
    return { id, name, colourIndex, points: errorsByCount(resultOf(state, 'lesions')) };
  });
  const chance = 100 * (1 - 1 / (longestGraph(swept)?.model.classes ?? 10));
  const counts = [...new Set(lines.flatMap(({ points }) => points.map(({ count }) => count)))];
  return (
    <figure aria-label={COUNT_TITLE} className="study-figure">
      <figcaption>
        <strong>{COUNT_TITLE}</strong>
      </figcaption>
      <div ref={frame} className="study-plot">
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          <CountPlot lines={lines} chance={chance} width={width} height={HEIGHT} />
        </svg>
      </div>
      {COUNT_NOTES.map((note) => (
        <p key={note} className="hint">
          {note}
        </p>
      ))}
      <FigureButtons
        name="lesions-several"
        csv={() => lesionsCsv(named(swept))}
        slide={() => (
          <Slide
            title={COUNT_TITLE}
            nets={lines}
            notes={[about(swept), ...COUNT_NOTES]}
            width={SLIDE_WIDTH}
            height={400}
          >
            <CountPlot lines={lines} chance={chance} width={SLIDE_WIDTH} height={400} />
          </Slide>
        )}
      />
      <details>
        <summary>These errors as a table</summary>
        <ScrollArea label="Table of test errors by number">
          <table>
            <thead>
              <tr>
                <th scope="col">blocks off</th>
                {lines.map(({ id, name }) => (
                  <th key={id} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {counts.map((count) => (
                <tr key={count}>
                  <th scope="row">{count}</th>
                  {lines.map(({ id, points }) => {
                    const point = points.find((one) => one.count === count);
                    return (
                      <td key={id}>
                        {point === undefined
                          ? '–'
                          : `${point.mean.toFixed(1)} % (${point.low.toFixed(1)}–${point.high.toFixed(1)})`}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      </details>
    </figure>
  );
}
