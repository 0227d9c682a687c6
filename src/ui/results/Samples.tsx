/** Test images and what each run takes them for. */
import { useEffect, useRef } from 'react';
import { formatPercent } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import { usePage, useSession } from '../context.ts';

const SIZE = 32;

export function Samples() {
  const session = useSession();
  const { predicted, runs, classNames, canAsk } = usePage((state) => ({
    predicted: state.predicted,
    runs: state.runs,
    classNames: state.data?.info.classNames ?? null,
    canAsk: state.stepsDone > 0 && (state.data?.progress.testImages ?? 0) > 0,
  }));
  const nameOf = (label: number | undefined) => classNames?.[label ?? -1] ?? `class ${label}`;
  return (
    <section className="samples" aria-labelledby="samples-title">
      <h2 id="samples-title">What they see</h2>
      <p className="hint">
        Test images, never trained on; below each, what every run takes it for and how sure it is.{' '}
        <button
          type="button"
          className="link"
          disabled={!canAsk}
          onClick={() => session.queries.predict(true)}
        >
          Other images
        </button>
      </p>
      {predicted === null ? (
        <p className="empty">Filled in after the first measurement on test images, or on Pause.</p>
      ) : (
        <ul>
          {predicted.labels.map((label, i) => {
            const images = [...new Set(predicted.predictions.map(({ image }) => image))];
            return (
              <li key={images[i] ?? i}>
                <Picture
                  pixels={predicted.pixels.subarray(i * SIZE * SIZE * 4, (i + 1) * SIZE * SIZE * 4)}
                  label={nameOf(label)}
                />
                <span className="truth">{nameOf(label)}</span>
                {runs.map(({ id, name, colourIndex }) => {
                  const of = predicted.predictions.find(
                    (prediction) => prediction.id === id && prediction.image === images[i],
                  );
                  if (of === undefined) return null;
                  const top = of.probabilities.indexOf(Math.max(...of.probabilities));
                  const share = of.probabilities[top] ?? 0;
                  return (
                    <span
                      key={id}
                      className={top === label ? 'guess is-right' : 'guess'}
                      title={`${name}: ${nameOf(top)}, ${formatPercent(share)}`}
                    >
                      <span className="guess-bar" aria-hidden="true">
                        <span
                          style={{ width: `${100 * share}%`, background: runColour(colourIndex) }}
                        />
                      </span>
                      <span className="visually-hidden">{name}: </span>
                      {top === label ? '✓' : '✗'} {nameOf(top)}{' '}
                      <span className="faint">{Math.round(100 * share)} %</span>
                    </span>
                  );
                })}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Picture({ pixels, label }: { pixels: Uint8ClampedArray; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new ImageData(SIZE, SIZE);
    image.data.set(pixels);
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [pixels]);
  return (
    <canvas
      ref={canvas}
      width={SIZE}
      height={SIZE}
      role="img"
      aria-label={`Test image: ${label}`}
    />
  );
}
