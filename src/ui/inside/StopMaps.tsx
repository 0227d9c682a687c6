/** The layers of one stop, a row each, the nets side by side. */
import { useMemo } from 'react';
import { formatValue } from '../../charts/format.ts';
import { SCALE_GRADIENT } from '../../charts/inside/channelMaps.ts';
import { robustExtent } from '../../app/inside/activationStatistics.ts';
import { ASPECTS, type Layer, type LayerStage } from '../../app/inside/layerStages.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import type { LayerOutput } from '../../training/studies/activations.ts';
import { insideStore, useInside } from './insideStore.ts';
import { LayerMaps } from './LayerMaps.tsx';
import { RunName } from './Measure.tsx';
import type { Found } from './subjects.ts';

interface StopMapsProps {
  readonly stop: LayerStage;
  readonly found: readonly Found<'activations'>[];
  readonly nets: readonly { readonly run: ShownRun; readonly stops: readonly LayerStage[] }[];
}

interface NetAtStop {
  readonly run: ShownRun;
  readonly stop: LayerStage | undefined;
  readonly outputs: ReadonlyMap<string, LayerOutput>;
}

interface Row {
  readonly key: string;
  readonly heading: string;
  readonly isInside: boolean;
  /** Of each net; null where it has no such layer. */
  readonly cells: readonly (LayerOutput | null)[];
}

const SCALES = {
  stop: 'one for this stop',
  net: 'one for each net',
  layer: 'one for each picture',
} as const;

export function StopMaps({ stop, found, nets }: StopMapsProps) {
  const { showsInside, scale } = useInside((state) => ({
    showsInside: state.showsInside,
    scale: state.scale,
  }));
  const here = useMemo(
    () =>
      found.map(({ subject: { run }, result }): NetAtStop => {
        const own = nets.find((net) => net.run.id === run.id)?.stops;
        const outputs = new Map(result.layers.map((output) => [output.name, output]));
        return { run, stop: own?.find(({ id }) => id === stop.id), outputs };
      }),
    [found, nets, stop],
  );
  const rows = useMemo(() => rowsOf(here), [here]);
  const hasInside = rows.some(({ isInside }) => isInside);
  const shown = rows.filter(({ isInside }) => showsInside || !isInside);
  const extentOf = useMemo(() => extents(rows), [rows]);
  const gaps = here.filter((net) => net.stop === undefined);
  const common = extentOf('stop', 0, 0);
  return (
    <section className="stop" aria-labelledby="stop-title">
      <header className="section-head">
        <h3 id="stop-title">
          {stop.stage === null ? stop.label : `Block ${stop.id}`}{' '}
          <span className="faint">{stop.stage}</span>
        </h3>
        <label className="inline-field">
          Scale
          <select
            value={scale}
            onChange={({ target }) => {
              const chosen = (['stop', 'net', 'layer'] as const).find((id) => id === target.value);
              if (chosen !== undefined) insideStore.setState({ scale: chosen });
            }}
          >
            {Object.entries(SCALES).map(([id, title]) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {hasInside && (
          <label className="check">
            <input
              type="checkbox"
              checked={showsInside}
              onChange={({ target }) => insideStore.setState({ showsInside: target.checked })}
            />
            every layer
          </label>
        )}
        <span className="value-scale">
          {scale === 'stop' && <span>−{formatValue(common)}</span>}
          {scale !== 'stop' && <span>below 0</span>}
          <span className="value-bar" style={{ background: SCALE_GRADIENT }} aria-hidden="true" />
          {scale === 'stop' && <span>{formatValue(common)}</span>}
          {scale !== 'stop' && <span>above 0</span>}
        </span>
      </header>
      <div className="net-heads" aria-hidden="true">
        {here.map(({ run }) => (
          <RunName key={run.id} run={run} />
        ))}
      </div>
      {gaps.map(({ run }) => (
        <p key={run.id} className="hint">
          {run.name} has no block {stop.id}.
        </p>
      ))}
      {shown.map((row) => {
        const place = rows.indexOf(row);
        return (
          <div key={row.key} className="layer-row">
            <h4>{row.heading}</h4>
            <div className="layer-cells">
              {here.map(({ run, stop: own }, net) => {
                const output = row.cells[net];
                return output == null ? (
                  <p key={run.id} className="no-layer">
                    <span className="visually-hidden">{run.name}: </span>
                    {absence(own, row.key)}
                  </p>
                ) : (
                  <LayerMaps
                    key={run.id}
                    title={`${run.name}, ${row.heading}`}
                    runName={run.name}
                    output={output}
                    extent={extentOf(scale, place, net)}
                  />
                );
              })}
            </div>
          </div>
        );
      })}
      <p className="hint">
        Each small picture is a channel. Blue is below 0, black 0, orange above; point at one, or
        use the arrow keys, to mark the same channel everywhere.
      </p>
    </section>
  );
}

function absence(stop: LayerStage | undefined, key: string): string {
  if (stop === undefined) return 'Not in this net.';
  const isAddition = key === 'shortcut' || key === 'sum';
  if (isAddition && stop.noShortcut === 'cut') return 'Shortcut cut: nothing is added.';
  if (isAddition && stop.noShortcut === 'none') return 'No shortcut: nothing is added.';
  return 'Not in this net as it was traced. Trace again.';
}

/** Layers of all nets by what they are: the same row for the same place in the block. */
function rowsOf(nets: readonly NetAtStop[]): Row[] {
  const keyOf = ({ aspect, title }: Layer) => (aspect === 'inside' ? `inside ${title}` : aspect);
  const order = ['inside', 'branch', 'shortcut', 'sum', 'output'];
  const layers = new Map<string, Layer>();
  for (const { stop } of nets) {
    for (const layer of stop?.layers ?? []) {
      if (!layers.has(keyOf(layer))) layers.set(keyOf(layer), layer);
    }
  }
  return [...layers]
    .sort(([, a], [, b]) => order.indexOf(a.aspect) - order.indexOf(b.aspect))
    .map(([key, { aspect, title }]) => ({
      key,
      heading: headingOf(aspect, title),
      isInside: aspect === 'inside',
      cells: nets.map(({ stop, outputs }) => {
        const own = stop?.layers.find((layer) => keyOf(layer) === key);
        return own === undefined ? null : (outputs.get(own.name) ?? null);
      }),
    }));
}

function headingOf(aspect: Layer['aspect'], title: string): string {
  if (aspect === 'inside') return title;
  if (aspect !== 'output') return `${title}: ${ASPECTS[aspect].toLowerCase()}`;
  return title.startsWith('act') ? 'Output, after the activation' : `Output: ${title}`;
}

/** The scale of a picture: common to the stop's outer layers (an inner layer has one for all nets), to a net, its own. */
function extents(rows: readonly Row[]) {
  const valuesOf = (cells: readonly (LayerOutput | null | undefined)[]) =>
    cells.flatMap((cell) => (cell == null ? [] : [cell.values]));
  const outer = rows.filter(({ isInside }) => !isInside);
  const stop = robustExtent(valuesOf(outer.flatMap(({ cells }) => cells)));
  return (scale: keyof typeof SCALES, place: number, net: number): number => {
    const row = rows[place];
    if (row === undefined) return stop;
    if (scale === 'layer') return robustExtent(valuesOf([row.cells[net]]));
    if (row.isInside) return robustExtent(valuesOf(scale === 'net' ? [row.cells[net]] : row.cells));
    return scale === 'stop' ? stop : robustExtent(valuesOf(outer.map(({ cells }) => cells[net])));
  };
}
