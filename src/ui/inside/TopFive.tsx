/** The most likely classes of an image, as bars. */
import { runColour } from '../../charts/palette.ts';
import { t } from '../../text/t.ts';

interface TopFiveProps {
  readonly probabilities: readonly number[];
  readonly classNames: readonly string[];
  readonly colourIndex: number;
  /** The true class; null: not known. */
  readonly label: number | null;
}

export function TopFive({ probabilities, classNames, colourIndex, label }: TopFiveProps) {
  const order = [...probabilities.keys()]
    .sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0))
    .filter((c, rank) => rank < 5 || c === label);
  return (
    <ol className="top-five">
      {order.map((c) => {
        const share = probabilities[c] ?? 0;
        return (
          <li key={c}>
            <span>
              {classNames[c] ?? t`class ${c}`}
              {c === label && <span className="is-truth"> ✓ {t`true`}</span>}
            </span>
            <span className="bar-track" aria-hidden="true">
              <span style={{ width: `${100 * share}%`, background: runColour(colourIndex) }} />
            </span>
            <span className="bar-value">{(100 * share).toFixed(1)} %</span>
          </li>
        );
      })}
    </ol>
  );
}
