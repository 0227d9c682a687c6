/** Option A's channels, as a row of cells: those of the input, and those of zeros. */
import type { ModelConfig } from '../../model/config.ts';
import { t } from '../../text/t.ts';

const CELL = 14;
const CHANNELS = 4;

export function PaddingPicture({ side }: { side: ModelConfig['paddingA'] }) {
  const before = side === 'both' ? CHANNELS / 2 : 0;
  const cells = Array.from({ length: 2 * CHANNELS }, (_, i) => {
    const isZero = i < before || i >= before + CHANNELS;
    return { x: i * CELL, isZero };
  });
  const label =
    side === 'both'
      ? t`Two channels of zeros, four of the input, two of zeros.`
      : t`Four channels of the input, then four of zeros.`;
  return (
    <svg
      className="padding-picture"
      role="img"
      aria-label={label}
      width={2 * CHANNELS * CELL + 1}
      height={CELL + 1}
    >
      {cells.map(({ x, isZero }) => (
        <g key={x} transform={`translate(${x + 0.5} 0.5)`}>
          <rect width={CELL} height={CELL} className={isZero ? 'zero' : 'input'} />
          {isZero && (
            <text x={CELL / 2} y={CELL - 4} textAnchor="middle">
              0
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
