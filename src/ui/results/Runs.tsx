/** The runs side by side: each with its latest numbers and the switch that this page is about. */
import { memo, Suspense, useCallback, useMemo, useState } from 'react';
import { hasShortcut, withPending } from '../../app/edit.ts';
import { colourRange, LAYER_STATISTICS } from '../../app/layerStatistics.ts';
import { ratioWord, recentGradientRatio } from '../../app/layers.ts';
import { describeModel } from '../../app/naming.ts';
import type { RunView } from '../../app/state.ts';
import { clamp } from '../../charts/arrowKeys.ts';
import { formatCount, formatPercent, formatValue } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import { buildGraph } from '../../model/builder.ts';
import { hasShortcuts } from '../../model/shortcuts.ts';
import { useBuilder, useDrawnVersion, usePage, useSession } from '../context.ts';
import { SwitchField } from '../fields.tsx';
import { RunLine } from '../RunLine.tsx';
import { Shown, useCanCut, useIsLocked } from '../sharing/Shown.tsx';
import { DeadUnits } from '../stage/DeadUnits.tsx';
import { LazyLayerDetail } from '../stage/LazyLayerDetail.tsx';
import { StageNet } from '../stage/StageNet.tsx';
import { Story } from '../stage/Story.tsx';
import { TrainedPair } from '../stage/TrainedPair.tsx';
import { Rich } from '../Rich.tsx';
import { Term } from '../Term.tsx';
import { ColourScale } from './ColourScale.tsx';
import { MeasureTest } from './MeasureTest.tsx';
import { RunName } from './RunName.tsx';
import { lazily } from '../lazily.tsx';
import { t } from '../../text/t.ts';

const FinalHash = lazily(
  () => import('./FinalHash.tsx'),
  ({ FinalHash }) => FinalHash,
  true,
);

/** Ahead of the drawings. */
const COLOURS_AFTER_MS = 40;

interface OpenedLayer {
  readonly run: string;
  /** Without `.weight`. */
  readonly layer: string;
}

export function Runs() {
  const runs = usePage((state) => state.runs);
  const version = useDrawnVersion(COLOURS_AFTER_MS);
  const session = useSession();
  const [opened, setOpened] = useState<OpenedLayer | null>(null);
  const [low, high] = useMemo(
    () =>
      colourRange(
        runs.map(({ id }) => session.history(id)),
        LAYER_STATISTICS[0],
      ),
    [runs, session, version],
  );
  const colours = useMemo(() => [low, high] as const, [low, high]);
  const open = useCallback(
    (run: string, layer: string) =>
      setOpened((before) =>
        before?.run === run && before.layer === layer ? null : { run, layer },
      ),
    [],
  );
  const run = runs.find(({ id }) => id === opened?.run);
  return (
    <div className="column runs">
      <div className="run-cards">
        {runs.map((run) => (
          <RunCard
            key={run.id}
            {...{ run, colours }}
            isOnly={runs.length === 1}
            opened={opened?.run === run.id ? opened.layer : null}
            onOpen={open}
          />
        ))}
      </div>
      {opened !== null && run !== undefined && (
        <Suspense>
          <LazyLayerDetail run={run} layer={opened.layer} onClose={() => setOpened(null)} />
        </Suspense>
      )}
      <div className="row stage-foot">
        <Story />
        <TrainedPair />
        <Shown part="drawing">
          <DeadUnits />
          <ColourScale statistic={LAYER_STATISTICS[0]} range={colours} isShort />
        </Shown>
      </div>
    </div>
  );
}

interface RunCardProps {
  readonly run: RunView;
  readonly isOnly: boolean;
  readonly colours: readonly [number, number];
  readonly opened: string | null;
  onOpen(run: string, layer: string): void;
}

/** Redrawn when its run changes, not with every step: what is in it and counts steps draws itself. */
const RunCard = memo(function RunCard(props: RunCardProps) {
  const { run, isOnly, colours, opened, onOpen } = props;
  const builder = useBuilder();
  const session = useSession();
  const isLocked = useIsLocked();
  const canCut = useCanCut();
  const shown = useMemo(() => withPending(run.config, run.pending), [run.config, run.pending]);
  const graph = useMemo(() => buildGraph(shown.model), [shown.model]);
  const { parameterCount, blocks } = graph;
  const on = blocks.filter(({ name }) => hasShortcut(shown.model, name)).length;
  const caption = t`${formatCount(parameterCount)} parameters, ${describeModel(shown.model)}`;
  return (
    <section
      className="run-card"
      aria-label={run.name}
      style={{ borderColor: runColour(run.colourIndex) }}
    >
      <header>
        <RunLine colourIndex={run.colourIndex} width={34} />
        <RunName run={run} />
        <SwitchField
          label={t`Shortcuts`}
          field="shortcuts"
          disabled={!canCut}
          checked={hasShortcuts(shown.model)}
          onChange={(on) => builder.change(run.id, { kind: 'shortcuts', on })}
        />
        <span className="hint">{t`${on} of ${blocks.length}`}</span>
        {!isOnly && (
          <button
            type="button"
            className="quiet"
            aria-label={t`Remove ${run.name}`}
            disabled={run.pending.length > 0 || isLocked}
            onClick={() => session.removeRun(run.id)}
          >
            ×
          </button>
        )}
      </header>
      <Shown part="drawing">
        <StageNet
          {...{ run, graph, colours, opened }}
          onOpen={(layer) => onOpen(run.id, layer)}
          caption={run.pending.length > 0 ? t`Takes effect with the next step.` : caption}
        />
      </Shown>
      {run.weightsFrom !== null && <p className="hint">{t`Weights of ${run.weightsFrom}`}</p>}
      <LatestNumbers run={run} />
      {(run.finalWeights !== null || run.expectedSha256 !== null) && (
        <Suspense>
          <FinalHash run={run} />
        </Suspense>
      )}
    </section>
  );
});

/** Left out where a card is narrow. */
const best = (text: string) => <span className="best">{text}</span>;

/** The run's latest numbers; redrawn whenever measurements arrive. */
function LatestNumbers({ run }: { run: RunView }) {
  const session = useSession();
  usePage((state) => state.version);
  const history = session.history(run.id);
  const { latest } = history;
  const { evaluation, bestAccuracy } = run;
  return (
    <div className="row numbers">
      <dl>
        <Term term={t`Loss`}>{latest === null ? '–' : formatValue(latest.loss)}</Term>
        <Term term={<Rich text={t`Test accuracy<best> (best)</best>`} marks={{ best }} />}>
          {evaluation === null ? '–' : formatPercent(evaluation.accuracy)}
          {evaluation !== null && best(` (${formatPercent(bestAccuracy ?? 0)})`)}
        </Term>
        <Term
          term={t`‖∇‖ first ÷ last`}
          title={t`Gradient norm of the first layer over that of the last convolution, averaged over 50 steps. 1 is even; far above 1 the gradient explodes towards the input, far below 1 it vanishes. What vanishes in all layers alike shows only in the norms.`}
        >
          <Gauge ratio={recentGradientRatio(history)} />
        </Term>
        <Term term={t`Test loss`} isAlso>
          {evaluation === null ? '–' : formatValue(evaluation.loss)}
        </Term>
        <Term term={t`Learning rate`} isAlso>
          {latest === null ? '–' : formatValue(latest.learningRate)}
        </Term>
      </dl>
      <MeasureTest run={run} />
    </div>
  );
}

/** Ratios at the gauge's ends: 10⁻² and 10². */
const GAUGE_DECADES = 2;

/** Where a ratio lies between vanishing and exploding. */
function Gauge({ ratio }: { ratio: number }) {
  if (Number.isNaN(ratio)) return '–';
  const share = clamp(0.5 + Math.log10(ratio) / (2 * GAUGE_DECADES), 0, 1);
  return (
    <>
      {formatValue(ratio)}
      <span className="gauge" aria-hidden="true">
        <span style={{ left: `${100 * share}%` }} />
      </span>
      <span className="gauge-word">{ratioWord(ratio)}</span>
    </>
  );
}
