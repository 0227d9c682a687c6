/** The channels of one layer as small pictures, and their numbers. */
import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { formatValue } from '../../charts/format.ts';
import { channelAt, gridOf, paintChannels } from '../../charts/inside/channelMaps.ts';
import { summarise } from '../../app/inside/activationStatistics.ts';
import type { LayerOutput } from '../../training/studies/activations.ts';
import { insideStore, useInside } from './insideStore.ts';

interface LayerMapsProps {
  readonly title: string;
  readonly runName: string;
  readonly output: LayerOutput;
  /** |value| of the brightest colours. */
  readonly extent: number;
}

/** Before it has been measured. */
const GUESSED_WIDTH = 420;

export function LayerMaps({ title, runName, output, extent }: LayerMapsProps) {
  const { shape, values } = output;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(frame);
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
    if (event.key === 'Escape') mark(null);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -grid.columns, ArrowDown: grid.columns }[
      event.key
    ];
    if (by === undefined) return;
    event.preventDefault();
    mark(channel === null ? 0 : Math.min(grid.channels - 1, Math.max(0, channel + by)));
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    mark(channelAt(grid, event.clientX - box.left, event.clientY - box.top));
  };
  const size = `${shape.channels} × ${shape.height}×${shape.width}`;
  return (
    <div className="layer-maps" ref={frame}>
      <p className="net-name">{runName}</p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; this groups a picture and its cursor */}
      <div
        className="maps-frame"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys mark a channel
        tabIndex={0}
        style={{ width: grid.width, height: grid.height }}
        aria-label={`${title}: ${size}, mean ${signed(summary.mean)}, standard deviation ${signed(summary.deviation)}. Arrow keys mark a channel.`}
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
      </div>
      <p className="hint">
        {own === null || channel === null
          ? `${size}, mean ${signed(summary.mean)}, σ ${signed(summary.deviation)}${zeros(summary.zeros)}${grid.left > 0 ? `; ${grid.left} more channels are not drawn` : ''}`
          : `channel ${channel + 1}: ${signed(own.smallest)} … ${signed(own.largest)}, mean ${signed(own.mean)}${zeros(own.zeros)}`}
      </p>
    </div>
  );
}

const signed = (value: number): string => formatValue(value).replace('-', '−');

const zeros = (share: number): string =>
  share < 0.005 ? '' : `, ${Math.round(100 * share)} % zero`;

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(GUESSED_WIDTH);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    setWidth(current.clientWidth);
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
