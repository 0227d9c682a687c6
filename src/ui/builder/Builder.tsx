/** The selected run's network and training: settings and costs. */
import { Suspense, useMemo } from 'react';
import { withPending } from '../../app/edit.ts';
import type { RunView } from '../../app/state.ts';
import { runColour } from '../../charts/palette.ts';
import { buildGraph } from '../../model/builder.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { useBuilder, usePage, useSelectedRun } from '../context.ts';
import { SwitchField } from '../fields.tsx';
import { LazyDetails } from '../LazyDetails.tsx';
import { lazily } from '../lazily.tsx';
import { Editable, Shown, useIsLocked } from '../sharing/Shown.tsx';
import { Costs } from './Costs.tsx';
import { ModelFields } from './ModelFields.tsx';
import { PresetField } from './PresetField.tsx';
import { TrainingFields } from './TrainingFields.tsx';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

const AdvancedFields = lazily(
  () => import('./AdvancedFields.tsx'),
  ({ AdvancedFields }) => AdvancedFields,
);

const NetworkTable = lazily(
  () => import('./NetworkTable.tsx'),
  ({ NetworkTable }) => NetworkTable,
);
const Bottleneck = lazily(
  () => import('./Bottleneck.tsx'),
  ({ Bottleneck }) => Bottleneck,
);

const MoreModelFields = lazily(
  () => import('./MoreModelFields.tsx'),
  ({ MoreModelFields }) => MoreModelFields,
);

const BranchFields = lazily(
  () => import('./BranchFields.tsx'),
  ({ BranchFields }) => BranchFields,
);

/** The graph of the edited model, or of the run's own if the edited one cannot be built. */
function drawnGraph(draft: ModelConfig, fallback: ModelConfig): LayerGraph {
  try {
    return buildGraph(draft);
  } catch {
    return buildGraph(fallback);
  }
}

export function Builder() {
  const run = useSelectedRun();
  if (run === null) {
    return (
      <section className="column panel builder" aria-label={t`Network`}>
        <h2>{t`Network`}</h2>
        <p className="hint">{t`Measuring this computer’s adapter to choose a pair of networks that suits it…`}</p>
      </section>
    );
  }
  return <RunBuilder run={run} />;
}

function RunBuilder({ run }: { run: RunView }) {
  const builder = useBuilder();
  const { linked, runs, isTrained } = usePage((state) => ({
    linked: state.linked,
    runs: state.runs,
    isTrained: state.stepsDone > 0,
  }));
  const isLocked = useIsLocked();
  const shown = useMemo(
    () => withPending(run.draft ?? run.config, run.pending),
    [run.draft, run.config, run.pending],
  );
  const graph = useMemo(
    () => drawnGraph(shown.model, run.config.model),
    [shown.model, run.config.model],
  );
  return (
    <section className="column panel builder" aria-labelledby="network-title">
      <h2 id="network-title">{t`Network`}</h2>
      <div className="row run-tabs">
        {runs.map(({ id, name, colourIndex }) => (
          <button
            key={id}
            type="button"
            className="run-tab"
            aria-pressed={id === run.id}
            style={{ borderColor: id === run.id ? runColour(colourIndex) : 'transparent' }}
            onClick={() => builder.session.store.setState({ selected: id })}
          >{t`Edit ${name}`}</button>
        ))}
      </div>
      <Editable>
        <Shown part="preset">
          <PresetField run={run} shown={shown} />
        </Shown>
      </Editable>
      <Shown part="costs">
        <Costs
          graph={graph}
          prepared={run.draft === null ? run.prepared : null}
          batchSize={run.config.training.batchSize}
        />
      </Shown>
      <Editable>
        {runs.length > 1 && (
          <SwitchField
            label={t`Link settings across runs`}
            field="linked"
            checked={linked}
            onChange={(checked) => builder.session.store.setState({ linked: checked })}
          />
        )}
        {isTrained && !isLocked && (
          <p className="hint">
            <Rich
              text={t`<sign/> starts all runs again at step 0. Everything else takes effect while they train.`}
              marks={{ sign: () => <span aria-hidden="true">↺</span> }}
            />
          </p>
        )}
        <Shown part="model">
          <ModelFields model={shown.model} />
          <Shown part="more-model">
            <LazyDetails summary={t`Activation, initial weights, stem, image size, dropout`}>
              {() => (
                <Suspense>
                  <MoreModelFields model={shown.model} />
                </Suspense>
              )}
            </LazyDetails>
            <LazyDetails summary={t`After ResNet: factors, gates, stochastic depth`}>
              {() => (
                <Suspense>
                  <BranchFields model={shown.model} />
                </Suspense>
              )}
            </LazyDetails>
          </Shown>
          <Shown part="advanced-model">
            <LazyDetails summary={t`Advanced: details that differ between programs`}>
              {() => (
                <Suspense>
                  <AdvancedFields model={shown.model} />
                </Suspense>
              )}
            </LazyDetails>
          </Shown>
        </Shown>
        <Shown part="training">
          <TrainingFields run={run} training={shown.training} />
        </Shown>
      </Editable>
      <Shown part="table">
        <LazyDetails className="paper-table" summary={t`The network in the paper’s table`}>
          {() => (
            <Suspense>
              <NetworkTable graph={graph} />
            </Suspense>
          )}
        </LazyDetails>
      </Shown>
      <LazyDetails summary={t`Why bottlenecks exist`}>
        {() => (
          <Suspense>
            <Bottleneck />
          </Suspense>
        )}
      </LazyDetails>
    </section>
  );
}
