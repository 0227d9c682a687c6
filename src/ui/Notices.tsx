/** What went wrong and what can be done about it, above the page. */
import { Suspense } from 'react';
import { patchForSource } from '../app/imageSources.ts';
import { formatCount } from '../charts/format.ts';
import { shownTitle } from '../data/shownTitle.ts';
import { isOnProcessor } from '../engine/engineNames.ts';
import { ResumeOffer } from './checkpoints/ResumeOffer.tsx';
import { useBuilder, usePage } from './context.ts';
import { isEmbedded } from './embed.ts';
import { EngineNotices } from './EngineNotice.tsx';
import { lazily } from './lazily.tsx';
import { NewVersion } from './NewVersion.tsx';
import { Notice } from './Notice.tsx';
import { Rich } from './Rich.tsx';
import { RefusedDrop } from './RefusedDrop.tsx';
import { sentenceSpace } from '../text/language.ts';
import { t } from '../text/t.ts';

const AddressNotices = lazily(
  () => import('./sharing/AddressNotices.tsx'),
  ({ AddressNotices }) => AddressNotices,
);

const StorageNotices = lazily(
  () => import('./StorageNotices.tsx'),
  ({ StorageNotices }) => StorageNotices,
  true,
);

const ReloadNotice = lazily(
  () => import('./checkpoints/ReloadNotice.tsx'),
  ({ ReloadNotice }) => ReloadNotice,
);

const UnreadableNotices = lazily(
  () => import('./checkpoints/UnreadableNotices.tsx'),
  ({ UnreadableNotices }) => UnreadableNotices,
);

/** What is between this visit and others. An embedded page begins with its link each time. */
function OfVisits() {
  const { wasReloaded, areUnreadable } = usePage(({ reload, checkpoint }) => ({
    wasReloaded: reload.kind === 'resumed' || reload.kind === 'settingsOnly',
    areUnreadable: checkpoint.unreadable.length > 0,
  }));
  return (
    <>
      <NewVersion />
      <Suspense>{wasReloaded && <ReloadNotice />}</Suspense>
      <ResumeOffer />
      <Suspense>{areUnreadable && <UnreadableNotices />}</Suspense>
    </>
  );
}

export function Notices() {
  const hasTroubles = usePage(({ storage }) => storage.troubles.length > 0);
  const hasSaid = usePage(
    ({ address: { refused, waiting, lock } }) =>
      refused.length > 0 || waiting !== null || lock !== false,
  );
  const { failure, deviceLost, engine, data, dataError, runs, keptStep } = usePage((state) => ({
    engine: state.engine?.id,
    failure: state.failure,
    deviceLost: state.deviceLost,
    data: state.data,
    dataError: state.dataError,
    runs: state.runs,
    keptStep: state.checkpoint.kept?.step ?? null,
  }));
  const builder = useBuilder();
  const { session } = builder;
  const first = runs[0]?.config;
  const useSynthetic = () => {
    if (first !== undefined) builder.edit(patchForSource('synthetic', first.data));
  };
  const retry = () => {
    if (first === undefined) return;
    session.send({ type: 'loadData', data: first.data, seed: first.training.seed });
  };
  return (
    <section className="column notices" aria-label={t`Notices`}>
      <RefusedDrop />
      {failure !== null && (
        <Notice title={t`Training has crashed.`} severe>
          <p>
            {failure}
            {sentenceSpace}
            {keptStep === null
              ? t`Weights that were not exported are lost; the runs’ settings are kept.`
              : t`The runs were last saved at step ${formatCount(keptStep)} and can continue from there.`}
          </p>
          <button type="button" onClick={() => session.open()}>
            {keptStep === null ? t`Reload training` : t`Restart from step ${formatCount(keptStep)}`}
          </button>
        </Notice>
      )}
      {deviceLost !== null && failure === null && (
        <Notice
          title={
            engine !== undefined && isOnProcessor(engine)
              ? t`Training on the processor stopped.`
              : t`The browser has lost the GPU.`
          }
          severe
        >
          <p>{t`${deviceLost.message} The runs were last saved after step ${formatCount(deviceLost.lastSnapshotStep)} and can continue from there.`}</p>
          <button
            type="button"
            onClick={() => session.send({ type: 'recover' })}
          >{t`Restart from step ${formatCount(deviceLost.lastSnapshotStep)}`}</button>
        </Notice>
      )}
      {dataError !== null && (
        <Notice title={t`No images.`} severe>
          <p>{dataError}</p>
          <button type="button" onClick={retry}>{t`Retry`}</button>
          <button type="button" onClick={useSynthetic}>{t`Use synthetic images`}</button>
        </Notice>
      )}
      {hasSaid && (
        <Suspense>
          <AddressNotices />
        </Suspense>
      )}
      {hasTroubles && !isEmbedded() && (
        <Suspense>
          <StorageNotices />
        </Suspense>
      )}
      {!isEmbedded() && <OfVisits />}
      {data !== null && data.info.origin === 'synthetic' && (
        <Notice title={t`These images are not CIFAR-10.`}>
          <p>
            {t`${shownTitle(data.info.title)}. Losses and accuracies belong to a different, made-up task and can’t be compared with the paper’s.`}
            {data.info.unavailable.map((reason) => `${sentenceSpace}${reason}`)}
          </p>
          {data.again === 'found' ? (
            <p>{t`CIFAR-10 is available now. Press Reset to train on it.`}</p>
          ) : (
            data.info.unavailable.length > 0 && (
              <button type="button" disabled={data.again === 'asked'} onClick={retry}>
                {data.again === 'asked' ? t`Trying CIFAR-10 …` : t`Try CIFAR-10 again`}
              </button>
            )
          )}
        </Notice>
      )}
      {!isEmbedded() && <EngineNotices />}
      {runs.map(
        ({ id, name, diverged }) =>
          diverged !== null && (
            <Notice key={id} title={t`${name} has diverged.`} severe>
              <p>
                <Rich
                  text={t`At step ${formatCount(diverged.step)} a number in <code>${diverged.layer}</code> became infinite, undefined or too large to compute with, so later steps mean nothing. Usually the learning rate is too high.`}
                  marks={{ code: (layer) => <code>{layer}</code> }}
                />
              </p>
              <button
                type="button"
                onClick={() => session.send({ type: 'restore', id, learningRateFactor: 0.1 })}
              >{t`Go back to step ${formatCount(diverged.lastGoodStep)} with a tenth of the learning rate`}</button>
            </Notice>
          ),
      )}
    </section>
  );
}
