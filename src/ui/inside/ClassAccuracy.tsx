/** Accuracy by class, with the bars of all runs together. */

import { type Confusion, classAccuracy } from '../../app/inside/confusion.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { runColour } from '../../charts/palette.ts';
import { InlineSelect } from '../inputs.tsx';
import { insideStore, useInside } from './insideStore.ts';
import { RunName } from './Measure.tsx';
import { t } from '../../text/t.ts';

const ORDERS = [
  ['label', t`by class`],
  ['hardest', t`hardest first`],
  ['difference', t`where the runs differ most`],
] as const;

interface ClassAccuracyProps {
  readonly rows: readonly { readonly run: ShownRun; readonly confusion: Confusion }[];
  readonly classNames: readonly string[];
}

export function ClassAccuracy({ rows, classNames }: ClassAccuracyProps) {
  const order = useInside((state) => state.classOrder);
  const accuracies = rows.map(({ confusion }) => classAccuracy(confusion));
  const classes = [...Array(rows[0]?.confusion.classes ?? 0).keys()];
  const of = (c: number) => accuracies.map((one) => one[c] ?? Number.NaN);
  const mean = (c: number) => of(c).reduce((sum, value) => sum + value, 0) / rows.length;
  const spread = (c: number) => Math.max(...of(c)) - Math.min(...of(c));
  if (order === 'hardest') classes.sort((a, b) => mean(a) - mean(b));
  if (order === 'difference') classes.sort((a, b) => spread(b) - spread(a));
  return (
    <section className="class-accuracy" aria-labelledby="class-accuracy-title">
      <header className="row section-head">
        <h3 id="class-accuracy-title">{t`Accuracy by class`}</h3>
        <InlineSelect
          label={t`Order`}
          value={order}
          options={ORDERS.filter(([id]) => id !== 'difference' || rows.length > 1)}
          onChange={(classOrder) => insideStore.setState({ classOrder })}
        />
      </header>
      <p className="row run-key">
        {rows.map(({ run }) => (
          <RunName key={run.id} run={run} />
        ))}
      </p>
      <table>
        <caption className="visually-hidden">{t`Share of each class that was recognised`}</caption>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t`Class`}</th>
            <th scope="col">{t`Accuracy`}</th>
          </tr>
        </thead>
        <tbody>
          {classes.map((c) => (
            <tr key={c}>
              <th scope="row">{classNames[c] ?? t`class ${c}`}</th>
              <td>
                {rows.map(({ run }, i) => {
                  const accuracy = accuracies[i]?.[c] ?? Number.NaN;
                  const text = Number.isNaN(accuracy) ? t`none` : `${Math.round(100 * accuracy)} %`;
                  return (
                    <span key={run.id} className="class-bar">
                      <span className="visually-hidden">{run.name}: </span>
                      <span className="bar-track" aria-hidden="true">
                        <span
                          style={{
                            width: `${100 * (Number.isNaN(accuracy) ? 0 : accuracy)}%`,
                            background: runColour(run.colourIndex),
                          }}
                        />
                      </span>
                      <span className="bar-value">{text}</span>
                    </span>
                  );
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
