/** The layers of one stage, a row each, with the networks side by side. */
import { useMemo } from 'react';
import { robustExtent } from '../../app/inside/activationStatistics.ts';
import { ASPECTS, type Layer, type LayerStage } from '../../app/inside/layerStages.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { formatValue } from '../../charts/format.ts';
import { SCALE_GRADIENT } from '../../charts/inside/channelMaps.ts';
import type { LayerOutput } from '../../training/studies/study.ts';
import { Check, InlineSelect } from '../inputs.tsx';
import type { Finding } from '../studies/useStudies.ts';
import { insideStore, useInside } from './insideStore.ts';
import { LayerMaps } from './LayerMaps.tsx';
import { RunName } from './Measure.tsx';
import { t } from '../../text/t.ts';

interface StageMapsProps {
  readonly stage: LayerStage;
  readonly findings: readonly Finding<'activations'>[];
  readonly nets: readonly { readonly run: ShownRun; readonly stages: readonly LayerStage[] }[];
}

/** A network, and the stage if it has it. */
interface NetAtStage {
  readonly run: ShownRun;
  readonly stage: LayerStage | undefined;
  readonly outputs: ReadonlyMap<string, LayerOutput>;
}

interface Row {
  readonly key: string;
  readonly heading: string;
  readonly isInside: boolean;
  /** The layer's output in each network; null if it has no such layer. */
  readonly cells: readonly (LayerOutput | null)[];
}

const SCALES = [
  ['stage', t`one for this stage`],
  ['net', t`one for each network`],
  ['layer', t`one for each picture`],
] as const;
type Scale = (typeof SCALES)[number][0];

export function StageMaps({ stage, findings, nets }: StageMapsProps) {
  const { showsInside, scale } = useInside((state) => ({
    showsInside: state.showsInside,
    scale: state.scale,
  }));
  const here = useMemo(
    () =>
      findings.map(({ subject: { run }, result }): NetAtStage => {
        const own = nets.find((net) => net.run.id === run.id)?.stages;
        const outputs = new Map(result.layers.map((output) => [output.name, output]));
        return { run, stage: own?.find(({ id }) => id === stage.id), outputs };
      }),
    [findings, nets, stage],
  );
  const rows = useMemo(() => rowsOf(here), [here]);
  const hasInside = rows.some(({ isInside }) => isInside);
  const shown = rows.filter(({ isInside }) => showsInside || !isInside);
  const extentOf = useMemo(() => extents(rows), [rows]);
  const gaps = here.filter((net) => net.stage === undefined);
  const common = extentOf('stage', 0, 0);
  return (
    <section aria-labelledby="stage-title">
      <header className="row section-head">
        <h3 id="stage-title">
          {stage.stage === null ? stage.label : t`Block ${stage.id}`}{' '}
          <span className="faint">{stage.stage}</span>
        </h3>
        <InlineSelect
          label={t`Scale`}
          value={scale}
          options={SCALES}
          onChange={(chosen) => insideStore.setState({ scale: chosen })}
        />
        {hasInside && (
          <Check
            checked={showsInside}
            onChange={(checked) => insideStore.setState({ showsInside: checked })}
          >{t`every layer`}</Check>
        )}
        <span className="value-scale">
          <span>{scale === 'stage' ? `−${formatValue(common)}` : t`below 0`}</span>
          <span className="value-bar" style={{ background: SCALE_GRADIENT }} aria-hidden="true" />
          <span>{scale === 'stage' ? formatValue(common) : t`above 0`}</span>
        </span>
      </header>
      <div className="net-heads" aria-hidden="true">
        {here.map(({ run }) => (
          <RunName key={run.id} run={run} />
        ))}
      </div>
      {gaps.map(({ run }) => (
        <p key={run.id} className="hint">{t`${run.name} has no block ${stage.id}.`}</p>
      ))}
      {shown.map((row) => {
        const place = rows.indexOf(row);
        return (
          <div key={row.key} className="layer-row">
            <h4>{row.heading}</h4>
            <div className="layer-cells">
              {here.map(({ run, stage: own }, net) => {
                const output = row.cells[net];
                return output == null ? (
                  <p key={run.id} className="no-layer">
                    <span className="visually-hidden">{run.name}: </span>
                    {absence(own, row.key)}
                  </p>
                ) : (
                  <LayerMaps
                    key={run.id}
                    title={t`${run.name}, ${row.heading}`}
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
      <p className="hint">{t`Each small picture is a channel: blue is below 0, black is 0, orange above. Point at one, or use the arrow keys, to mark the same channel everywhere.`}</p>
    </section>
  );
}

function absence(stage: LayerStage | undefined, key: string): string {
  if (stage === undefined) return t`Not in this network.`;
  const isAddition = key === 'shortcut' || key === 'sum';
  if (isAddition && stage.noShortcut === 'cut') return t`Shortcut cut: nothing is added.`;
  if (isAddition && stage.noShortcut === 'none') return t`No shortcut: nothing is added.`;
  return t`Not in this network when it was traced. Trace again.`;
}

/** Layers at the same place in a block share a row. */
function rowsOf(nets: readonly NetAtStage[]): Row[] {
  const keyOf = ({ aspect, title }: Layer) => (aspect === 'inside' ? `inside ${title}` : aspect);
  const order = ['inside', 'branch', 'shortcut', 'sum', 'output'];
  const layers = new Map<string, Layer>();
  for (const { stage } of nets) {
    for (const layer of stage?.layers ?? []) {
      if (!layers.has(keyOf(layer))) layers.set(keyOf(layer), layer);
    }
  }
  return [...layers]
    .sort(([, a], [, b]) => order.indexOf(a.aspect) - order.indexOf(b.aspect))
    .map(([key, { aspect, title }]) => ({
      key,
      heading: headingOf(aspect, title),
      isInside: aspect === 'inside',
      cells: nets.map(({ stage, outputs }) => {
        const own = stage?.layers.find((layer) => keyOf(layer) === key);
        return own === undefined ? null : (outputs.get(own.name) ?? null);
      }),
    }));
}

function headingOf(aspect: Layer['aspect'], title: string): string {
  if (aspect === 'inside') return title;
  if (aspect !== 'output') return t`${title}: ${ASPECTS[aspect].toLowerCase()}`;
  return title.startsWith('act') ? t`Output, after the activation` : t`Output: ${title}`;
}

/** The largest absolute value of a picture's scale. The stage's scale is that of its outer layers; inner layers have their own. */
function extents(rows: readonly Row[]) {
  const valuesOf = (cells: readonly (LayerOutput | null | undefined)[]) =>
    cells.flatMap((cell) => (cell == null ? [] : [cell.values]));
  const outer = rows.filter(({ isInside }) => !isInside);
  const common = robustExtent(valuesOf(outer.flatMap(({ cells }) => cells)));
  return (scale: Scale, place: number, net: number): number => {
    const row = rows[place];
    if (row === undefined) return common;
    if (scale === 'layer') return robustExtent(valuesOf([row.cells[net]]));
    if (row.isInside) return robustExtent(valuesOf(scale === 'net' ? [row.cells[net]] : row.cells));
    return scale === 'stage'
      ? common
      : robustExtent(valuesOf(outer.map(({ cells }) => cells[net])));
  };
}
