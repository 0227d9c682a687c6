/** Test images in an instructive order, or those of one cell, with every network's answer. */
import { useEffect, useMemo, useRef } from 'react';
import type { Cell } from '../../app/inside/confusion.ts';
import { imagesOf, ORDERS, rankImages } from '../../app/inside/ranking.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { formatCount } from '../../charts/format.ts';
import { IMAGE_BYTES } from '../../data/types.ts';
import { type Predictions, topOf } from '../../training/studies/predictionTable.ts';
import { Guess } from '../Guess.tsx';
import { InlineSelect } from '../inputs.tsx';
import { type Finding, sharesImages, useStudies } from '../studies/useStudies.ts';
import { type InsideState, insideStore, useInside } from './insideStore.ts';
import { RgbImage } from './RgbImage.tsx';
import { Rich } from '../Rich.tsx';
import { tc } from '../../text/context.ts';
import { t } from '../../text/t.ts';

const PAGE = 24;
const ORDER_IDS = ['confidentlyWrong', 'highestLoss', 'lowestLoss'] as const;

interface GalleryProps {
  readonly rows: readonly Finding<'predictions'>[];
  readonly classNames: readonly string[];
}

export function Gallery({ rows, classNames }: GalleryProps) {
  const gallery = useInside((state) => state.gallery);
  const chosen = rows.find(({ subject }) => subject.run.id === gallery.run) ?? rows[0];
  const predictions = chosen?.result.predictions;
  const { show } = gallery;
  const order = useMemo(
    () =>
      predictions === undefined
        ? []
        : typeof show === 'object'
          ? imagesOf(predictions, show)
          : rankImages(predictions, show),
    [predictions, show],
  );
  const pages = Math.max(1, Math.ceil(order.length / PAGE));
  const page = Math.min(gallery.page, pages - 1);
  const images = useMemo(() => order.slice(page * PAGE, (page + 1) * PAGE), [order, page]);
  const subject = chosen?.subject;
  const { started, start } = useStudies({
    kind: 'testImages',
    name: 'inside images',
    subjects: subject === undefined ? [] : [subject],
  });
  const { result = null, state } = started[0] ?? {};
  const asked = state?.study.kind === 'testImages' ? state.study.images : null;
  const wanted = `${subject?.run.id} ${images.join()}`;
  const lastWanted = useRef('');
  const isHere = asked?.join() === images.join();
  useEffect(() => {
    // The order changes until the last image is classified.
    if (subject === undefined || chosen?.isWhole !== true || images.length === 0) return;
    if (isHere || lastWanted.current === wanted) return;
    lastWanted.current = wanted;
    // If they cannot be read, their places stay empty; turning the page tries again.
    start((of) => ({ kind: 'testImages', of, images }));
  });
  if (chosen === undefined) return null;
  const comparable = rows.filter((row) => sharesImages(row.subject, chosen.subject));
  const nameOf = (label: number) => classNames[label] ?? t`class ${label}`;
  const truthOf = (image: number) => nameOf(predictions?.labels[image] ?? 0);
  const title = typeof show === 'object' ? cellTitle(show, nameOf) : ORDERS[show];
  const pixelsOf = (image: number): Uint8Array | null => {
    const place = result?.images.indexOf(image) ?? -1;
    if (result === null || place < 0) return null;
    return result.pixels.subarray(place * IMAGE_BYTES, (place + 1) * IMAGE_BYTES);
  };
  const set = (change: Partial<InsideState['gallery']>) =>
    insideStore.setState({ gallery: { run: chosen.subject.run.id, show, page, ...change } });
  return (
    <section className="gallery" aria-labelledby="gallery-title">
      <header className="row section-head">
        <h3 id="gallery-title" tabIndex={-1}>
          {title}{' '}
          <span className="faint">
            {order.length === 1 ? t`1 image` : t`${formatCount(order.length)} images`}
          </span>
        </h3>
        <InlineSelect
          label={t`Show`}
          value={typeof show === 'object' ? 'cell' : show}
          options={[
            ...(typeof show === 'object' ? [['cell', title] as const] : []),
            ...ORDER_IDS.map((id) => [id, ORDERS[id]] as const),
          ]}
          onChange={(id) => id !== 'cell' && set({ show: id, page: 0 })}
        />
        {rows.length > 1 && (
          <InlineSelect
            label={t`By`}
            value={chosen.subject.run.id}
            options={rows.map(({ subject: { run } }) => [run.id, run.name])}
            onChange={(run) => set({ run, page: 0 })}
          />
        )}
      </header>
      {order.length === 0 ? (
        <p className="empty">{t`No image: ${title.toLowerCase()}.`}</p>
      ) : (
        <ul className="pictures">
          {images.map((image) => (
            <li key={image}>
              <Thumbnail
                pixels={pixelsOf(image)}
                label={t`Test image ${image}: ${truthOf(image)}`}
              />
              <span className="truth">{truthOf(image)}</span>
              {comparable.map(({ subject: { run }, result: { predictions: own } }) => (
                <RankedGuess key={run.id} predictions={own} {...{ run, image, nameOf }} />
              ))}
              <button
                type="button"
                className="link"
                onClick={() => insideStore.setState({ panel: 'maps', image: { test: image } })}
              >
                <Rich
                  text={t`Maps<of> of test image ${image}</of>`}
                  marks={{ of: (inner) => <span className="visually-hidden">{inner}</span> }}
                />
              </button>
            </li>
          ))}
        </ul>
      )}
      {pages > 1 && (
        <p className="row paging">
          <button
            type="button"
            disabled={page === 0}
            onClick={() => set({ page: page - 1 })}
          >{t`Previous`}</button>
          <span aria-live="polite">{t`${formatCount(page * PAGE + 1)}–${formatCount(page * PAGE + images.length)} of ${formatCount(order.length)}`}</span>
          <button
            type="button"
            disabled={page === pages - 1}
            onClick={() => set({ page: page + 1 })}
          >
            {tc('pages')`Next`}
          </button>
        </p>
      )}
    </section>
  );
}

const cellTitle = ({ truth, guess }: Cell, nameOf: (label: number) => string): string =>
  truth === guess
    ? t`${nameOf(truth)}, recognised`
    : t`${nameOf(truth)} taken for ${nameOf(guess)}`;

function Thumbnail({ pixels, label }: { pixels: Uint8Array | null; label: string }) {
  if (pixels === null) return <span className="pixels" />;
  return <RgbImage pixels={pixels} label={label} />;
}

interface RankedGuessProps {
  readonly run: ShownRun;
  readonly predictions: Predictions;
  readonly image: number;
  readonly nameOf: (label: number) => string;
}

/** With the probability of the true class if the answer is wrong. */
function RankedGuess({ run, predictions, image, nameOf }: RankedGuessProps) {
  if (image >= predictions.images) return null;
  const all = topOf(predictions, image);
  const [first] = all;
  if (first === undefined) return null;
  const label = predictions.labels[image] ?? 0;
  const isRight = first.label === label;
  return (
    <Guess
      {...{ run, isRight, probability: first.probability }}
      className={nameOf(first.label)}
      percent={inPercent(first.probability)}
      details={all.map((one) => `${nameOf(one.label)} ${inPercent(one.probability)}`).join(', ')}
    >
      {!isRight && (
        <span className="missed faint">
          {nameOf(label)} {inPercent(Math.exp(-(predictions.loss[image] ?? 0)))}
        </span>
      )}
    </Guess>
  );
}

const inPercent = (share: number): string =>
  share > 0 && share < 0.005 ? '<1 %' : `${Math.round(100 * share)} %`;
