/** The colours of layers, from the smallest value to the largest. */
import { useEffect, useRef } from 'react';
import type { LayerStatistic } from '../../app/layerStatistics.ts';
import { formatValue } from '../../charts/format.ts';
import { shareCss } from '../../charts/palette.ts';
import { t } from '../../text/t.ts';

const SCALE_COLOURS = 64;

interface ColourScaleProps {
  readonly statistic: LayerStatistic;
  /** Range of log10 of the values. */
  readonly range: readonly [number, number];
  /** Without what the figure below says too. */
  readonly isShort?: boolean;
}

export function ColourScale({ statistic, range: [low, high], isShort = false }: ColourScaleProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null) return;
    for (let i = 0; i < SCALE_COLOURS; i++) {
      context.fillStyle = shareCss(i / (SCALE_COLOURS - 1));
      context.fillRect(i, 0, 1, 1);
    }
  }, []);
  return (
    <p className="row scale">
      <span data-export-text>
        {isShort ? statistic.name : statistic.symbol} {formatValue(10 ** low)}
      </span>
      <canvas ref={canvas} className="scale-bar" width={SCALE_COLOURS} height={1} />
      <span data-export-text>
        {isShort ? formatValue(10 ** high) : t`${formatValue(10 ** high)}, log scale`}
      </span>
      {!isShort && (
        <>
          <span className="scale-none" /> <span>{t`none: ${statistic.missing}`}</span>
        </>
      )}
    </p>
  );
}
