/** Which class was taken for which, as a table whose cells open their images. */
import { type KeyboardEvent, useRef, useState } from 'react';
import { type Cell, type Confusion, countAt, shareAt } from '../../app/inside/confusion.ts';
import { arrowOf, clamp } from '../../charts/arrowKeys.ts';
import { formatCount } from '../../charts/format.ts';
import { cellColour } from '../../charts/inside/cellColour.ts';
import { usePageTheme } from './usePageTheme.ts';
import { t } from '../../text/t.ts';

interface ConfusionMatrixProps {
  readonly runName: string;
  readonly confusion: Confusion;
  readonly classNames: readonly string[];
  readonly cells: 'shares' | 'counts';
  /** The share of mistakes drawn in the strongest orange, the same for all runs. */
  readonly most: number;
  readonly opened: Cell | null;
  readonly onOpen: (cell: Cell) => void;
}

const isSame = (a: Cell | null, b: Cell): boolean => a?.truth === b.truth && a.guess === b.guess;

export function ConfusionMatrix(props: ConfusionMatrixProps) {
  const { runName, confusion, classNames, cells, most, opened, onOpen } = props;
  const theme = usePageTheme();
  const body = useRef<HTMLTableSectionElement>(null);
  /** The cell that the Tab key leads to. */
  const [entry, setEntry] = useState<Cell>({ truth: 0, guess: 0 });
  const [read, setRead] = useState<Cell | null>(null);
  const classes = [...Array(confusion.classes).keys()];
  const nameOf = (c: number) => classNames[c] ?? t`class ${c}`;
  const describe = (cell: Cell): string => {
    const count = countAt(confusion, cell);
    const share = percent(shareAt(confusion, cell));
    const what =
      cell.truth === cell.guess
        ? t`${nameOf(cell.truth)} recognised`
        : t`${nameOf(cell.truth)} taken for ${nameOf(cell.guess)}`;
    return t`${what}: ${formatCount(count)} of ${formatCount(confusion.images[cell.truth] ?? 0)}, ${share} %`;
  };
  const onKeyDown = (event: KeyboardEvent, { truth, guess }: Cell) => {
    const arrow = arrowOf(event);
    if (arrow === null) return;
    event.preventDefault();
    const within = (c: number) => clamp(c, 0, confusion.classes - 1);
    const next = { truth: within(truth + arrow[1]), guess: within(guess + arrow[0]) };
    setEntry(next);
    const place = next.truth * confusion.classes + next.guess;
    body.current?.querySelectorAll('button')[place]?.focus();
  };
  return (
    <div className="matrix">
      <div className="matrix-scroll">
        <table>
          <caption className="visually-hidden">{t`Confusion matrix of ${runName}. A row for each true class, a column for each prediction. Arrow keys move, Enter opens the images.`}</caption>
          <thead>
            <tr>
              <td className="corner" aria-hidden="true">{t`true ↓ predicted →`}</td>
              {classes.map((guess) => (
                <th key={guess} scope="col">
                  <span>{nameOf(guess)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body} onPointerLeave={() => setRead(null)}>
            {classes.map((truth) => (
              <tr key={truth}>
                <th scope="row">{nameOf(truth)}</th>
                {classes.map((guess) => {
                  const cell = { truth, guess };
                  const share = shareAt(confusion, cell);
                  const isRight = truth === guess;
                  const level = Number.isNaN(share) ? 0 : isRight ? share : (share / most) ** 0.8;
                  const { background, ink } = cellColour(theme, isRight, level);
                  return (
                    <td key={guess}>
                      <button
                        type="button"
                        tabIndex={isSame(entry, cell) ? 0 : -1}
                        className={`cell${isRight ? ' is-right' : ''}${isSame(opened, cell) ? ' is-open' : ''}`}
                        style={{ background, color: ink }}
                        aria-label={describe(cell)}
                        onClick={() => {
                          setEntry(cell);
                          if (countAt(confusion, cell) > 0) onOpen(cell);
                        }}
                        onFocus={() => setRead(cell)}
                        onBlur={() => setRead(null)}
                        onPointerEnter={() => setRead(cell)}
                        onKeyDown={(event) => onKeyDown(event, cell)}
                      >
                        {textOf(confusion, cell, cells)}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="hint readout" aria-hidden="true">
        {read === null ? t`Choose a cell to see its images.` : describe(read)}
      </p>
    </div>
  );
}

const percent = (share: number): string =>
  Number.isNaN(share) ? '–' : (100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0);

/** Empty for 0, so that the mistakes stand out. */
function textOf(confusion: Confusion, cell: Cell, cells: 'shares' | 'counts'): string {
  const count = countAt(confusion, cell);
  if (count === 0) return '';
  if (cells === 'counts') return formatCount(count);
  const share = 100 * shareAt(confusion, cell);
  return share < 0.5 ? '<1' : share.toFixed(0);
}
