/** The choice of the engine that trains. */
import { formatShort } from '../charts/format.ts';
import { adapterWords } from '../engine/adapterWords.ts';
import { ENGINE_IDS, ENGINE_NAMES } from '../engine/engineNames.ts';
import { usePage, useSession } from './context.ts';
import { ENGINE_COSTS } from './engineCosts.ts';
import { SelectField } from './fields.tsx';
import { GetWebGpu } from './GetWebGpu.tsx';
import { LazyDetails } from './LazyDetails.tsx';
import { sentenceSpace } from '../text/language.ts';
import { t } from '../text/t.ts';

const OPTIONS = ENGINE_IDS.map((id) => [id, ENGINE_NAMES[id]] as const);

export function EnginePanel() {
  const session = useSession();
  const { engine, passedOver, compared, remark, gflops, engineError } = usePage(
    ({ engine, gflops, engineError }) => ({
      engine: engine?.id,
      passedOver: engine?.passedOver,
      compared: engine?.compared ?? null,
      remark: engine?.remark ?? null,
      ...{ gflops, engineError },
    }),
  );
  if (engine === undefined) return null;
  const noWebGpu = passedOver?.find((other) => other.engine === 'webgpu')?.reason;
  return (
    <section className="column panel" aria-labelledby="engine-title">
      <h2 id="engine-title">{t`Engine`}</h2>
      <div className="choice">
        <SelectField
          label={t`Trains with`}
          field="engine"
          fault={engineError}
          value={engine}
          options={OPTIONS}
          onChange={(chosen) => session.useEngine(chosen)}
        />
      </div>
      <p className="hint">
        {ENGINE_COSTS[engine]}
        {sentenceSpace}
        {gflops !== null && (
          <>
            {t`Measured here: ${formatShort(gflops)} GFLOP/s.`}
            {sentenceSpace}
          </>
        )}
        {t`Runs keep their progress when the engine changes.`}
      </p>
      {compared !== null && (
        <p className="hint">{t`Measured to choose between them: ${formatShort(compared.gflops.webgpu)} GFLOP/s on ${adapterWords(compared.gpu)}, ${formatShort(compared.gflops.cpu)} on the processor.`}</p>
      )}
      {remark !== null && <p className="hint">{remark}</p>}
      {engine === 'cpu' && noWebGpu !== undefined && (
        <LazyDetails className="get-webgpu" summary={t`Why not on a GPU?`}>
          {() => (
            <>
              <p>{noWebGpu}</p>
              {compared === null && <GetWebGpu />}
            </>
          )}
        </LazyDetails>
      )}
    </section>
  );
}
