/** The colours of a loss surface and what they stand for, as part of an SVG. */
import { SANS } from '../experiment/text.tsx';
import { formatValue } from '../format.ts';
import { contourLevels, type LossScale, lossAt, scaleColour, shareOf } from './contours.ts';

const LABEL_GAP = 44;

export const SCALE_BAR_HEIGHT = 34;

/** `width` × `SCALE_BAR_HEIGHT`, the same bands as on the map. */
export function ScaleBar({ scale, width }: { scale: LossScale; width: number }) {
  const levels = contourLevels(scale);
  const shares = [0, ...levels.map((level) => shareOf(scale, level)), 1];
  let free = LABEL_GAP;
  const labelled = levels.filter((level) => {
    const x = shareOf(scale, level) * width;
    if (x < free || x > width - 1.5 * LABEL_GAP) return false;
    free = x + LABEL_GAP;
    return true;
  });
  return (
    <g fontFamily={SANS} fontSize={11.5} fill="var(--faint)">
      {shares.slice(0, -1).map((share, i) => {
        const next = shares[i + 1] ?? 1;
        return (
          <rect
            key={share}
            x={share * width}
            width={(next - share) * width + 0.5}
            height={12}
            fill={scaleColour((share + next) / 2)}
          />
        );
      })}
      {labelled.map((level) => (
        <text key={level} x={shareOf(scale, level) * width} y={27} textAnchor="middle">
          {formatValue(level)}
        </text>
      ))}
      <text x={0} y={27}>
        {formatValue(lossAt(scale, 0))}
      </text>
      <text x={width} y={27} textAnchor="end">
        ≥ {formatValue(lossAt(scale, 1))}
      </text>
    </g>
  );
}
