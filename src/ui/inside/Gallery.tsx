/** Test images in an order worth looking at, or those behind a cell, with what every net made of them. */
import { useEffect, useMemo, useRef } from 'react';
import { formatCount } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import { IMAGE_BYTES } from '../../data/types.ts';
import type { Cell } from '../../app/inside/confusion.ts';
import { imagesOf, ORDERS, rankImages } from '../../app/inside/ranking.ts';
import { resultOf } from '../../app/studies.ts';
import { type Predictions, topOf } from '../../training/studies/predictionTable.ts';
import { usePage } from '../context.ts';
import { type InsideState, insideStore, useInside } from './insideStore.ts';
import { RgbImage } from './PixelImage.tsx';
import { type Found, sharesImages, useStudy } from './subjects.ts';

const PAGE = 24;
const ORDER_IDS = ['confidentlyWrong', 'highestLoss', 'lowestLoss'] as const;

interface GalleryProps {
  readonly rows: readonly Found<'predictions'>[];
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
  const begin = useStudy();
  const key = `inside images ${subject?.run.id}`;
  const state = usePage(({ studies }) => studies[key]);
  const result = resultOf(state, 'testImages');
  const asked = state?.study.kind === 'testImages' ? state.study.images : null;
  const wanted = `${key} ${images.join()}`;
  const lastWanted = useRef('');
  const isHere = asked?.join() === images.join();
  useEffect(() => {
    // Before the last image is classified the order changes from round to round.
    if (subject === undefined || chosen?.isWhole !== true || images.length === 0) return;
    if (isHere || lastWanted.current === wanted) return;
    lastWanted.current = wanted;
    // Without them their places stay empty; choosing another page asks again.
    begin(key, subject, (of) => ({ kind: 'testImages', of, images })).catch(() => undefined);
  });
  if (chosen === undefined) return null;
  const comparable = rows.filter((row) => sharesImages(row.subject, chosen.subject));
  const nameOf = (label: number) => classNames[label] ?? `class ${label}`;
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
      <header className="section-head">
        <h3 id="gallery-title" tabIndex={-1}>
          {title}{' '}
          <span className="faint">
            {formatCount(order.length)} {order.length === 1 ? 'image' : 'images'}
          </span>
        </h3>
        <label className="inline-field">
          Show
          <select
            value={typeof show === 'object' ? 'cell' : show}
            onChange={({ target }) => {
              const id = ORDER_IDS.find((one) => one === target.value);
              if (id !== undefined) set({ show: id, page: 0 });
            }}
          >
            {typeof show === 'object' && <option value="cell">{title}</option>}
            {ORDER_IDS.map((id) => (
              <option key={id} value={id}>
                {ORDERS[id]}
              </option>
            ))}
          </select>
        </label>
        {rows.length > 1 && (
          <label className="inline-field">
            By
            <select
              value={chosen.subject.run.id}
              onChange={({ target }) => set({ run: target.value, page: 0 })}
            >
              {rows.map(({ subject: { run } }) => (
                <option key={run.id} value={run.id}>
                  {run.name}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      {order.length === 0 ? (
        <p className="empty">No image: {title.toLowerCase()}.</p>
      ) : (
        <ul className="pictures">
          {images.map((image) => (
            <li key={image}>
              <Thumbnail
                pixels={pixelsOf(image)}
                label={`Test image ${image}: ${nameOf(chosen.result.predictions.labels[image] ?? 0)}`}
              />
              <span className="truth">{nameOf(chosen.result.predictions.labels[image] ?? 0)}</span>
              {comparable.map(({ subject: { run }, result: { predictions: own } }) => (
                <Guess
                  key={run.id}
                  name={run.name}
                  colourIndex={run.colourIndex}
                  predictions={own}
                  image={image}
                  nameOf={nameOf}
                />
              ))}
              <button
                type="button"
                className="link"
                onClick={() => insideStore.setState({ panel: 'maps', image: { test: image } })}
              >
                Maps<span className="visually-hidden"> of test image {image}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {pages > 1 && (
        <p className="paging">
          <button type="button" disabled={page === 0} onClick={() => set({ page: page - 1 })}>
            Previous
          </button>
          <span aria-live="polite">
            {formatCount(page * PAGE + 1)}–{formatCount(page * PAGE + images.length)} of{' '}
            {formatCount(order.length)}
          </span>
          <button
            type="button"
            disabled={page === pages - 1}
            onClick={() => set({ page: page + 1 })}
          >
            Next
          </button>
        </p>
      )}
    </section>
  );
}

const cellTitle = ({ truth, guess }: Cell, nameOf: (label: number) => string): string =>
  truth === guess ? `${nameOf(truth)}, recognised` : `${nameOf(truth)} taken for ${nameOf(guess)}`;

function Thumbnail({ pixels, label }: { pixels: Uint8Array | null; label: string }) {
  if (pixels === null) return <span className="pixels placeholder" />;
  return <RgbImage pixels={pixels} label={label} />;
}

interface GuessProps {
  readonly name: string;
  readonly colourIndex: number;
  readonly predictions: Predictions;
  readonly image: number;
  readonly nameOf: (label: number) => string;
}

function Guess({ name, colourIndex, predictions, image, nameOf }: GuessProps) {
  if (image >= predictions.images) return null;
  const all = topOf(predictions, image);
  const [first] = all;
  if (first === undefined) return null;
  const label = predictions.labels[image] ?? 0;
  const isRight = first.label === label;
  const truth = Math.exp(-(predictions.loss[image] ?? 0));
  const listed = all.map((one) => `${nameOf(one.label)} ${inPercent(one.probability)}`).join(', ');
  return (
    <span className={isRight ? 'guess is-right' : 'guess'} title={`${name}: ${listed}`}>
      <span className="guess-bar" aria-hidden="true">
        <span
          style={{ width: `${100 * first.probability}%`, background: runColour(colourIndex) }}
        />
      </span>
      <span className="visually-hidden">{name}: </span>
      {isRight ? '✓' : '✗'} {nameOf(first.label)}{' '}
      <span className="faint">{inPercent(first.probability)}</span>
      {!isRight && (
        <span className="missed faint">
          {nameOf(label)} {inPercent(truth)}
        </span>
      )}
    </span>
  );
}

const inPercent = (share: number): string =>
  share > 0 && share < 0.005 ? '<1 %' : `${Math.round(100 * share)} %`;
