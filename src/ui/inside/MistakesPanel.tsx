/** How the networks classify the test images: confusion matrices, accuracy by class, and the images themselves. */

import {
  accuracyOf,
  type Confusion,
  confusionOf,
  shareAt,
  worstConfusions,
} from '../../app/inside/confusion.ts';
import { imageMs } from '../../app/inside/cost.ts';
import { formatCount, formatDuration, formatPercent } from '../../charts/format.ts';
import type { Predictions } from '../../training/studies/predictionTable.ts';
import { useClassNames, usePage } from '../context.ts';
import { InlineSelect } from '../inputs.tsx';
import { type Finding, useStudies, useSubjects } from '../studies/useStudies.ts';
import { ClassAccuracy } from './ClassAccuracy.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import { Gallery } from './Gallery.tsx';
import { insideStore, useInside } from './insideStore.ts';
import { Measure, netCount, RunName } from './Measure.tsx';
import { t } from '../../text/t.ts';

/** Time that the default number of images may take. */
const BUDGET_MS = 30_000;
const FEW = [100, 500, 2000];
const CELLS = [
  ['shares', t`% of the true class`],
  ['counts', t`images`],
] as const;

export function MistakesPanel() {
  const subjects = useSubjects();
  const studies = useStudies({ kind: 'predictions', name: 'inside predictions', subjects });
  const { findings } = studies;
  const { cells, gallery, asked } = useInside((state) => ({
    cells: state.cells,
    gallery: state.gallery,
    asked: state.testImages,
  }));
  const classNames = useClassNames();
  const perImage = useImageMs(findings);
  const available = usePage(({ data, runs }) => data?.info.test ?? runs[0]?.config.data.test ?? 0);
  const choices = [...FEW.filter((count) => count < available), available];
  const affordable = choices.filter(
    (count) => perImage === null || count * perImage * subjects.length < BUDGET_MS,
  );
  const wanted = Math.min(available, asked ?? affordable.at(-1) ?? choices[0] ?? available);
  const rows = findings.map((finding) => ({
    ...finding,
    confusion: cachedConfusion(finding.result.predictions),
  }));
  const most = Math.max(
    0.1,
    ...rows.map(({ confusion }) => {
      const [worst] = worstConfusions(confusion, 1);
      return worst === undefined ? 0 : shareAt(confusion, worst);
    }),
  );
  const work = t`${formatCount(wanted)} images × ${netCount(subjects)}`;
  const time = perImage === null ? null : formatDuration(wanted * perImage * subjects.length);
  return (
    <>
      <p className="hint lead">{t`Every network classifies the test images, none of which it was trained on. Which classes does it confuse, where is it confident but wrong, and does its twin make the same mistakes?`}</p>
      <Measure
        studies={studies}
        action={t`Classify the test images`}
        cost={time === null ? work : t`${work}, about ${time}`}
        onStart={() =>
          studies.start((of) => ({ kind: 'predictions', of, images: Math.max(1, wanted) }))
        }
      >
        <InlineSelect
          label={t`Images`}
          value={wanted}
          options={choices.map((count) => [
            count,
            count === available ? t`all ${formatCount(count)}` : formatCount(count),
          ])}
          onChange={(testImages) => insideStore.setState({ testImages })}
        />
      </Measure>
      {rows.length > 0 && (
        <>
          <section aria-labelledby="matrix-title">
            <header className="row section-head">
              <h3 id="matrix-title">{t`Confusion matrix`}</h3>
              <InlineSelect
                label={t`Cells`}
                value={cells}
                options={CELLS}
                onChange={(chosen) => insideStore.setState({ cells: chosen })}
              />
              <span className="hint">
                {rows.every(isDrawn)
                  ? t`Blue: recognised. Orange: mistakes.`
                  : t`Drawn for up to ${MOST_CLASSES} classes.`}
              </span>
            </header>
            <div className="matrices">
              {rows.filter(isDrawn).map(({ subject: { run }, confusion }) => (
                <figure key={run.id} aria-label={t`Confusion matrix of ${run.name}`}>
                  <figcaption>
                    <RunName run={run} />{' '}
                    <span>{t`${formatPercent(accuracyOf(confusion))} of ${formatCount(confusion.images.reduce((sum, n) => sum + n, 0))} images classified correctly`}</span>
                  </figcaption>
                  <ConfusionMatrix
                    runName={run.name}
                    confusion={confusion}
                    classNames={classNames}
                    cells={cells}
                    most={most}
                    opened={
                      gallery.run === run.id && typeof gallery.show === 'object'
                        ? gallery.show
                        : null
                    }
                    onOpen={(cell) => {
                      insideStore.setState({ gallery: { run: run.id, show: cell, page: 0 } });
                      document.getElementById('gallery-title')?.focus();
                    }}
                  />
                </figure>
              ))}
            </div>
          </section>
          <ClassAccuracy
            rows={rows.map(({ subject: { run }, confusion }) => ({ run, confusion }))}
            classNames={classNames}
          />
          <Gallery rows={rows} classNames={classNames} />
        </>
      )}
    </>
  );
}

/** More classes would be cells by the ten thousand, which stop the page. */
const MOST_CLASSES = 100;
const isDrawn = ({ confusion }: { readonly confusion: Confusion }): boolean =>
  confusion.classes <= MOST_CLASSES;

const confusions = new WeakMap<Predictions, Confusion>();

function cachedConfusion(predictions: Predictions): Confusion {
  const known = confusions.get(predictions) ?? confusionOf(predictions);
  confusions.set(predictions, known);
  return known;
}

/** The best known estimate of the milliseconds that one network takes per image. */
function useImageMs(findings: readonly Finding<'predictions'>[]): number | null {
  const subjects = useSubjects();
  const { trainedPerSecond, gflops, runs } = usePage((state) => ({
    trainedPerSecond: state.throughput?.imagesPerSecond ?? null,
    gflops: state.gflops,
    runs: state.runs.length,
  }));
  const measured = findings.filter(({ isWhole }) => isWhole);
  const images = measured.reduce((sum, { result }) => sum + result.predictions.images, 0);
  const workMs = measured.reduce((sum, { result }) => sum + result.workMs, 0);
  const macs = Math.max(0, ...subjects.map(({ graph }) => graph.macs));
  const measuredMs = images === 0 ? null : workMs / images;
  return imageMs({ measuredMs, trainedPerSecond, runs, macs, gflops });
}
