/** What the nets take the test images for: confusion matrices, accuracy by class, and the images themselves. */
import { formatCount, formatDuration, formatPercent } from '../../charts/format.ts';
import {
  accuracyOf,
  type Confusion,
  confusionOf,
  shareAt,
  worstConfusions,
} from '../../app/inside/confusion.ts';
import { imageMs } from '../../app/inside/cost.ts';
import type { Predictions } from '../../training/studies/predictionTable.ts';
import { usePage } from '../context.ts';
import { ClassAccuracy } from './ClassAccuracy.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import { Gallery } from './Gallery.tsx';
import { insideStore, useInside } from './insideStore.ts';
import { Measure, RunName } from './Measure.tsx';
import { type Found, useStudies, useSubjects } from './subjects.ts';

/** Without being told otherwise, as many images as take about this long. */
const PATIENCE_MS = 30_000;
const FEW = [100, 500, 2000];

export function MistakesPanel() {
  const subjects = useSubjects();
  const studies = useStudies('predictions', 'predictions', subjects);
  const { found } = studies;
  const { cells, gallery, asked } = useInside((state) => ({
    cells: state.cells,
    gallery: state.gallery,
    asked: state.testImages,
  }));
  const classNames = usePage(({ data }) => data?.info.classNames ?? NO_NAMES);
  const perImage = useImageMs(found);
  const available = usePage(({ data, runs }) => data?.info.test ?? runs[0]?.config.data.test ?? 0);
  const choices = [...FEW.filter((count) => count < available), available];
  const affordable = choices.filter(
    (count) => perImage === null || count * perImage * subjects.length < PATIENCE_MS,
  );
  const wanted = Math.min(available, asked ?? affordable.at(-1) ?? choices[0] ?? available);
  const rows = found.map((one) => ({ ...one, confusion: cachedConfusion(one.result.predictions) }));
  const most = Math.max(
    0.1,
    ...rows.map(({ confusion }) => {
      const [worst] = worstConfusions(confusion, 1);
      return worst === undefined ? 0 : shareAt(confusion, worst);
    }),
  );
  const time =
    perImage === null ? '' : `, about ${formatDuration(wanted * perImage * subjects.length)}`;
  const nets = subjects.length === 1 ? '1 net' : `${subjects.length} nets`;
  return (
    <>
      <p className="hint lead">
        Every test image through every net, none of them trained on. Which classes does a net mix
        up, where is it sure and wrong, and does its twin fall for the same images?
      </p>
      <Measure
        studies={studies}
        action="Classify the test images"
        cost={`${formatCount(wanted)} images × ${nets}${time}`}
        onAsk={() =>
          studies.ask((of) => ({ kind: 'predictions', of, images: Math.max(1, wanted) }))
        }
      >
        <label className="inline-field">
          Images
          <select
            value={wanted}
            onChange={({ target }) => insideStore.setState({ testImages: Number(target.value) })}
          >
            {choices.map((count) => (
              <option key={count} value={count}>
                {count === available ? `all ${formatCount(count)}` : formatCount(count)}
              </option>
            ))}
          </select>
        </label>
      </Measure>
      {rows.length > 0 && (
        <>
          <section aria-labelledby="matrix-title">
            <header className="section-head">
              <h3 id="matrix-title">Confusion matrix</h3>
              <label className="inline-field">
                Cells
                <select
                  value={cells}
                  onChange={({ target }) =>
                    insideStore.setState({ cells: target.value === 'counts' ? 'counts' : 'shares' })
                  }
                >
                  <option value="shares">% of the true class</option>
                  <option value="counts">images</option>
                </select>
              </label>
              <span className="hint">Blue: recognised. Orange: mistakes.</span>
            </header>
            <div className="matrices">
              {rows.map(({ subject: { run }, confusion }) => (
                <figure key={run.id} aria-label={`Confusion matrix of ${run.name}`}>
                  <figcaption>
                    <RunName run={run} />{' '}
                    <span>
                      {formatPercent(accuracyOf(confusion))} of{' '}
                      {formatCount(confusion.images.reduce((sum, n) => sum + n, 0))} images right
                    </span>
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

const NO_NAMES: readonly string[] = [];

const confusions = new WeakMap<Predictions, Confusion>();

function cachedConfusion(predictions: Predictions): Confusion {
  const known = confusions.get(predictions) ?? confusionOf(predictions);
  confusions.set(predictions, known);
  return known;
}

/** Milliseconds an image takes under one net, by the best that is known. */
function useImageMs(found: readonly Found<'predictions'>[]): number | null {
  const subjects = useSubjects();
  const { trainedPerSecond, gflops, runs } = usePage((state) => ({
    trainedPerSecond: state.throughput?.imagesPerSecond ?? null,
    gflops: state.gflops,
    runs: state.runs.length,
  }));
  const measured = found.filter(({ isWhole }) => isWhole);
  const images = measured.reduce((sum, { result }) => sum + result.predictions.images, 0);
  const workMs = measured.reduce((sum, { result }) => sum + result.workMs, 0);
  const macs = Math.max(0, ...subjects.map(({ graph }) => graph.macs));
  const measuredMs = images === 0 ? null : workMs / images;
  return imageMs({ measuredMs, trainedPerSecond, runs, macs, gflops });
}
