/** The losses as numbers, one table per network. */

import { knownPoints } from '../../app/surfaces.ts';
import { formatSigned, formatValue } from '../../charts/format.ts';
import type { SurfaceResult } from '../../training/studies/study.ts';
import { coordinate } from '../../training/studies/surfaceGrid.ts';
import { LazyDetails } from '../LazyDetails.tsx';
import { ScrollTable } from '../ScrollTable.tsx';
import type { ShownSurface } from './shownSurface.ts';
import { t } from '../../text/t.ts';

/** Columns and rows of a table at most; larger grids show every second or third point. */
const MOST = 21;

export function SurfaceTable({ shown }: { shown: readonly ShownSurface[] }) {
  return (
    <LazyDetails summary={t`These losses as a table`}>
      {() =>
        shown.map(({ subject: { run }, result }) => (
          <Losses key={run.id} name={run.name} result={result} />
        ))
      }
    </LazyDetails>
  );
}

function Losses({ name, result }: { name: string; result: SurfaceResult }) {
  const { size, loss } = result;
  const known = knownPoints(result);
  const middle = (size - 1) / 2;
  const every = Math.ceil(size / MOST);
  const places = Array.from({ length: size }, (_, n) => n).filter(
    (n) => (n - middle) % every === 0,
  );
  const title = (n: number) => formatSigned(coordinate(result, n));
  const lossAt = (i: number, j: number) => {
    const at = j * size + i;
    return known[at] === true ? formatValue(loss[at] ?? Number.NaN) : '–';
  };
  return (
    <ScrollTable
      label={t`Table of losses of ${name}`}
      caption={
        every === 1
          ? t`${name}; columns: first direction, rows: second`
          : every === 2
            ? t`${name}; columns: first direction, rows: second; every second point, all of them in the CSV`
            : t`${name}; columns: first direction, rows: second; every third point, all of them in the CSV`
      }
      columns={[
        <span key="corner" className="visually-hidden">{t`second direction`}</span>,
        ...places.map(title),
      ]}
      rows={places.toReversed().map((j) => ({
        key: j,
        head: title(j),
        cells: places.map((i) => lossAt(i, j)),
      }))}
    />
  );
}
