/** The channels of one layer as small pictures, and their numbers. */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { summarise } from '../../app/inside/activationStatistics.ts';
import { arrowOf, clamp } from '../../charts/arrowKeys.ts';
import { formatSigned } from '../../charts/format.ts';
import { channelAt, gridOf, paintChannels } from '../../charts/inside/channelMaps.ts';
import { PlotArea } from '../../charts/PlotArea.tsx';
import { useSize } from '../../charts/useSize.ts';
import type { LayerOutput } from '../../training/studies/study.ts';
import { insideStore, useInside } from './insideStore.ts';
import { t } from '../../text/t.ts';

interface LayerMapsProps {
  readonly title: string;
  readonly runName: string;
  readonly output: LayerOutput;
  /** |value| of the brightest colours. */
  readonly extent: number;
}

/** Until it has been measured. */
const GUESSED_WIDTH = 420;

export function LayerMaps({ title, runName, output, extent }: LayerMapsProps) {
  const { shape, values } = output;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSize(frame)?.width ?? GUESSED_WIDTH;
  const grid = useMemo(() => gridOf(shape, width), [shape, width]);
  const summary = useMemo(() => summarise(values), [values]);
  const marked = useInside((state) => state.channel);
  const channel = marked !== null && marked < grid.channels ? marked : null;
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null) return;
    const image = new ImageData(grid.width, grid.height);
    paintChannels(image.data, grid, shape, values, extent);
    context.putImageData(image, 0, 0);
  }, [grid, shape, values, extent]);
  const area = shape.height * shape.width;
  const own = useMemo(
    () =>
      channel === null ? null : summarise(values.subarray(channel * area, (channel + 1) * area)),
    [values, channel, area],
  );
  const mark = (next: number | null) => insideStore.setState({ channel: next });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && channel !== null) {
      event.preventDefault();
      mark(null);
    }
    const arrow = arrowOf(event);
    if (arrow === null) return;
    event.preventDefault();
    const by = arrow[0] + arrow[1] * grid.columns;
    mark(channel === null ? 0 : clamp(channel + by, 0, grid.channels - 1));
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    mark(channelAt(grid, event.clientX - box.left, event.clientY - box.top));
  };
  const size = `${shape.channels} × ${shape.height}×${shape.width}`;
  return (
    <div className="layer-maps" ref={frame}>
      <p className="net-name">{runName}</p>
      <PlotArea
        className="maps-frame"
        style={{ width: grid.width, height: grid.height }}
        label={t`${title}: ${size}, mean ${formatSigned(summary.mean)}, standard deviation ${formatSigned(summary.deviation)}. Arrow keys mark a channel.`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => mark(null)}
      >
        <canvas ref={canvas} width={grid.width} height={grid.height} />
        {channel !== null && (
          <span
            className="channel-mark"
            style={{
              left: (channel % grid.columns) * grid.stepX,
              top: Math.floor(channel / grid.columns) * grid.stepY,
              width: grid.tileWidth,
              height: grid.tileHeight,
            }}
          />
        )}
      </PlotArea>
      <p className="hint">
        {own === null || channel === null
          ? layerText(size, summary, grid.left)
          : channelText(channel + 1, own)}
      </p>
    </div>
  );
}

type Summary = ReturnType<typeof summarise>;

function layerText(size: string, { mean, deviation, zeros }: Summary, left: number): string {
  const values = t`${size}, mean ${formatSigned(mean)}, σ ${formatSigned(deviation)}`;
  return withZeros(values, zeros) + (left > 0 ? t`; ${left} more channels are not drawn` : '');
}

function channelText(number: number, { smallest, largest, mean, zeros }: Summary): string {
  const range = `${formatSigned(smallest)} … ${formatSigned(largest)}`;
  return withZeros(t`channel ${number}: ${range}, mean ${formatSigned(mean)}`, zeros);
}

const withZeros = (text: string, share: number): string =>
  share < 0.005 ? text : t`${text}, ${Math.round(100 * share)} % zero`;
