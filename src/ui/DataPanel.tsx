/** The images: their source, how many have arrived, and how many are kept. */
import { Suspense } from 'react';
import { CONFIG_FIELDS } from '../app/configFields.ts';
import { formatBytes, formatCount } from '../charts/format.ts';
import type { DataSourceId } from '../data/dataSources.ts';
import { shownTitle } from '../data/shownTitle.ts';
import { patchForSource } from '../app/imageSources.ts';
import { useBuilder, usePage, useSelectedRun } from './context.ts';
import { NumberField, SelectField } from './fields.tsx';
import { OwnImages } from './images/OwnImages.tsx';
import { LazyDetails } from './LazyDetails.tsx';
import { lazily } from './lazily.tsx';
import { Editable, Shown } from './sharing/Shown.tsx';
import { sentenceSpace } from '../text/language.ts';
import { t } from '../text/t.ts';

const NormalizationField = lazily(
  () => import('./NormalizationField.tsx'),
  ({ NormalizationField }) => NormalizationField,
);

/** What becomes of the images when training starts. */
const DOWNLOADED = t`Images are downloaded when training starts and kept in this browser.`;
const BEFORE_LOADING: Partial<Record<DataSourceId, string>> = {
  synthetic: t`Images are drawn when training starts.`,
  own: t`Images are read from this browser when training starts.`,
};

export function DataPanel() {
  const builder = useBuilder();
  const run = useSelectedRun();
  const data = usePage((state) => state.data);
  if (run === null) return null;
  const config = (run.draft ?? run.config).data;
  return (
    <section className="column panel" aria-labelledby="data-title">
      <h2 id="data-title">{t`Images`}</h2>
      <Editable>
        <SelectField
          {...CONFIG_FIELDS.source}
          value={config.source}
          options={CONFIG_FIELDS.source.options.filter(
            ([source]) => source !== 'own' || config.source === 'own',
          )}
          onChange={(source) => builder.edit(patchForSource(source, config))}
        />
        <Shown part="data.own">
          <OwnImages isChosen={config.source === 'own'} />
        </Shown>
        <div className="fields">
          <NumberField
            {...CONFIG_FIELDS.train}
            value={config.train}
            onChange={(train) => builder.edit({ data: { train } })}
          />
          <NumberField
            {...CONFIG_FIELDS.test}
            value={config.test}
            onChange={(test) => builder.edit({ data: { test } })}
          />
        </div>
        <Shown part="data.normalization">
          <LazyDetails summary={t`Advanced: normalisation`}>
            {() => (
              <Suspense>
                <NormalizationField key={run.id} data={config} />
              </Suspense>
            )}
          </LazyDetails>
        </Shown>
      </Editable>
      {data === null ? (
        <p className="hint">{BEFORE_LOADING[config.source] ?? DOWNLOADED}</p>
      ) : (
        <Progress data={data} onDelete={() => builder.session.send({ type: 'deleteData' })} />
      )}
    </section>
  );
}

type Data = NonNullable<ReturnType<typeof usePageData>>;
const usePageData = () => usePage((state) => state.data);

function Progress({ data, onDelete }: { data: Data; onDelete: () => void }) {
  const { info, progress, cachedBytes } = data;
  const wanted = info.train + info.test;
  const here = progress.trainImages + progress.testImages;
  return (
    <>
      <p className={info.origin === 'synthetic' ? 'source synthetic' : 'source'}>
        <strong>{shownTitle(info.title)}</strong>
      </p>
      <progress max={Math.max(1, wanted)} value={here} aria-label={t`Images here`} />
      <p className="hint">
        {t`${formatCount(progress.trainImages)} of ${formatCount(info.train)} training and ${formatCount(progress.testImages)} of ${formatCount(info.test)} test images;`}
        {sentenceSpace}
        {progress.bytesFromCache > 0
          ? t`${formatBytes(progress.bytesFetched)} downloaded, ${formatBytes(progress.bytesFromCache)} from this browser.`
          : t`${formatBytes(progress.bytesFetched)} downloaded.`}
      </p>
      {cachedBytes > 0 && (
        <p className="hint">
          {t`${formatBytes(cachedBytes)} kept in this browser for next time.`}
          {sentenceSpace}
          <button type="button" className="link" onClick={onDelete}>{t`Delete them`}</button>
        </p>
      )}
      {info.citation !== null && (
        <p className="hint cite" lang="en">
          {info.citation}
        </p>
      )}
    </>
  );
}
