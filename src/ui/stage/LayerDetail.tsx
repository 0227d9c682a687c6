/** One layer of a run: what it computes, in which block, and its gradient over the steps in every run that has it. */
import { useEffect, useMemo, useRef } from 'react';
import { blockSum } from '../../app/blockSum.ts';
import { hasShortcut, withPending } from '../../app/edit.ts';
import { DEAD_UNIT_IMAGES, fallText } from '../../app/marks.ts';
import { LAYER_STATISTICS } from '../../app/layerStatistics.ts';
import type { RunView } from '../../app/state.ts';
import { formatCount, formatPercent, formatValue } from '../../charts/format.ts';
import { buildGraph } from '../../model/builder.ts';
import type { BlockInfo, LayerGraph, TensorShape } from '../../model/graph.ts';
import { layerWords } from '../../model/layerWords.ts';
import { sentences } from '../../text/sentences.ts';
import { t } from '../../text/t.ts';
import { useBuilder, useDrawnVersion, useSession } from '../context.ts';
import { Rich } from '../Rich.tsx';
import { SwitchField } from '../fields.tsx';
import { LazyLayerChart } from '../results/LazyCharts.tsx';
import { useChartFrame } from '../results/useChartFrame.ts';
import { useLayerLines } from '../results/useLayerLines.ts';
import { useCanCut } from '../sharing/Shown.tsx';
import { Term } from '../Term.tsx';
import { useMarks } from './useMarks.ts';

const DRAWN_AFTER_MS = 140;
const MAX_POINTS = 200;
/** Pixels for the layer's name in code; its words are in the title. */
const LABEL_WIDTH = 112;
const inCode = (layer: string): string => layer;
const [GRADIENT, ...OTHERS] = LAYER_STATISTICS;

interface LayerDetailProps {
  readonly run: RunView;
  /** Without `.weight`. */
  readonly layer: string;
  /** It was opened from further up or down, and is scrolled into view. */
  readonly isShownHere?: boolean;
  onClose(): void;
}

export function LayerDetail({ run, layer, isShownHere = false, onClose }: LayerDetailProps) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isShownHere) frame.current?.scrollIntoView({ block: 'nearest' });
  }, [isShownHere, layer]);
  const { model } = useMemo(() => withPending(run.config, run.pending), [run.config, run.pending]);
  const graph = useMemo(() => buildGraph(model), [model]);
  const node = graph.nodes.find(({ name }) => name === layer);
  const block = graph.blocks.find(({ name }) => name === node?.block);
  const words = layerWords(graph, layer);
  if (node === undefined) return null;
  return (
    <section ref={frame} className="layer-detail" aria-label={t`${words} of ${run.name}`}>
      <header className="row">
        <h3>{t`${run.name}: ${words}`}</h3>
        <code>{layer}</code>
        <button type="button" className="quiet" aria-label={t`Close the layer`} onClick={onClose}>
          ×
        </button>
      </header>
      <div className="layer-columns">
        <div className="column">
          <Facts graph={graph} layer={layer} />
          {block !== undefined && <BlockFacts {...{ run, graph, block }} />}
          <LayerNumbers run={run} layer={layer} block={block?.name ?? null} />
        </div>
        <GradientOverSteps layer={layer} />
      </div>
    </section>
  );
}

const shapeText = ({ channels, height, width }: TensorShape): string =>
  `${channels}×${height}×${width}`;

function Facts({ graph, layer }: { graph: LayerGraph; layer: string }) {
  const node = graph.nodes.find(({ name }) => name === layer);
  const weight = graph.parameters.find(({ name }) => name === `${layer}.weight`);
  if (node === undefined || weight === undefined) return null;
  const input = 'input' in node ? graph.nodes[node.input] : undefined;
  const [count, shape] = [formatCount(weight.elements), weight.shape.join(', ')] as const;
  if (input === undefined) return <p>{t`${count} weights [${shape}].`}</p>;
  const [from, to] = [shapeText(input.shape), shapeText(node.shape)] as const;
  return (
    <p>
      {node.kind === 'conv' && node.stride > 1
        ? t`${from} → ${to}, stride ${node.stride}; ${count} weights [${shape}].`
        : t`${from} → ${to}; ${count} weights [${shape}].`}
    </p>
  );
}

interface BlockFactsProps {
  readonly run: RunView;
  readonly graph: LayerGraph;
  readonly block: BlockInfo;
}

function BlockFacts({ run, graph, block }: BlockFactsProps) {
  const builder = useBuilder();
  const canCut = useCanCut();
  const { formula, text, letters } = blockSum(graph.model, block.shortcut);
  return (
    <>
      <p>
        <Rich
          text={t`Its block computes <formula/>: ${text}.`}
          marks={{ formula: () => <b className="formula">{formula}</b> }}
        />
      </p>
      {letters.length > 0 && <p className="hint">{sentences(...letters)}</p>}
      <SwitchField
        label={t`Shortcut of its block`}
        field="block-shortcut"
        disabled={!canCut}
        checked={hasShortcut(graph.model, block.name)}
        onChange={(on) => builder.change(run.id, { kind: 'blockShortcut', block: block.name, on })}
      />
    </>
  );
}

/** Every statistic of the layer at the last step. */
interface LayerNumbersProps {
  readonly run: RunView;
  readonly layer: string;
  readonly block: string | null;
}

function LayerNumbers({ run, layer, block }: LayerNumbersProps) {
  const session = useSession();
  useDrawnVersion(DRAWN_AFTER_MS);
  const history = session.history(run.id);
  const { dead, falls } = useMarks(run);
  const deadUnits = dead.get(layer);
  const fall = block === null ? undefined : falls.get(block);
  const values = [GRADIENT, ...OTHERS].flatMap((statistic) => {
    if (!statistic.isIn(history)) return [];
    const found = statistic.layers(history).find(({ name }) => name === layer);
    return found === undefined ? [] : [[statistic, statistic.latest(history, found)] as const];
  });
  if (history.latest === null) return null;
  return (
    <dl className="row">
      {values.map(([{ id, name, caption }, value]) => (
        <Term key={id} term={name} title={caption}>
          {Number.isNaN(value) ? '–' : formatValue(value)}
        </Term>
      ))}
      {deadUnits !== undefined && (
        <Term
          term={t`dead ReLUs`}
          title={t`Share of the ReLUs behind this layer that gave 0 for every one of ${DEAD_UNIT_IMAGES} test images.`}
        >
          {t`${formatPercent(deadUnits.share)} at step ${formatCount(deadUnits.step)}`}
        </Term>
      )}
      {fall !== undefined && (
        <Term
          term={t`accuracy without its block`}
          title={t`Change of the test accuracy when the block is removed, from the sweep under Lesions.`}
        >
          {t`${fallText(fall.share)} at step ${formatCount(fall.step)}`}
        </Term>
      )}
    </dl>
  );
}

function GradientOverSteps({ layer }: { layer: string }) {
  const version = useDrawnVersion(DRAWN_AFTER_MS);
  const frame = useChartFrame(version);
  const { runs, settings, ranges, markers } = frame;
  const names = useMemo(() => [layer], [layer]);
  const { lines, values } = useLayerLines(runs, GRADIENT, names, frame, version, MAX_POINTS);
  if (ranges === null)
    return <p className="empty">{t`Its gradient is drawn here once training starts.`}</p>;
  return (
    <div className="plot layer-gradient">
      <LazyLayerChart
        {...{ lines, markers, values }}
        x={settings.x}
        logX={settings.logX}
        {...ranges}
        title={t`Gradient norm of ${layer}`}
        yTitle={GRADIENT.symbol}
        labelWidth={LABEL_WIDTH}
        nameOf={inCode}
      />
    </div>
  );
}
