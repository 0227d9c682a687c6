/** The losses as numbers, a table a net; made when it is first opened. */
import { useState } from 'react';
import { formatValue } from '../../charts/format.ts';
import { knownPoints } from '../../app/surfaces.ts';
import type { SurfaceResult } from '../../training/studies/surface.ts';
import { coordinate } from '../../training/studies/surfaceGrid.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import type { ShownSurface } from './SurfaceFigure.tsx';

/** Columns and rows of a table at most: beyond, every second (third, …) point. */
const MOST = 21;

export function SurfaceTable({ shown }: { shown: readonly ShownSurface[] }) {
  const [isOpened, setIsOpened] = useState(false);
  return (
    <details onToggle={(event) => setIsOpened(event.currentTarget.open)}>
      <summary>These losses as a table</summary>
      {isOpened &&
        shown.map(({ subject, result }) => (
          <ScrollArea key={subject.id} label={`Table of losses of ${subject.name}`}>
            <Losses name={subject.name} result={result} />
          </ScrollArea>
        ))}
    </details>
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
  const title = (n: number) => formatValue(coordinate(result, n)).replace('-', '−');
  return (
    <table>
      <caption>
        {name}; columns: first direction, rows: second
        {every > 1 && `; every ${every === 2 ? 'second' : 'third'} point, all of them in the CSV`}
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">second direction</span>
          </th>
          {places.map((i) => (
            <th key={i} scope="col">
              {title(i)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {places.toReversed().map((j) => (
          <tr key={j}>
            <th scope="row">{title(j)}</th>
            {places.map((i) => {
              const at = j * size + i;
              return (
                <td key={i}>{known[at] === true ? formatValue(loss[at] ?? Number.NaN) : '–'}</td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
