/** Test images and each run's answers. */
import { formatPercent } from '../../charts/format.ts';
import { useClassNames, usePage, useSession } from '../context.ts';
import { Guess } from '../Guess.tsx';
import { RgbaImage } from '../RgbaImage.tsx';
import { sentenceSpace } from '../../text/language.ts';
import { t } from '../../text/t.ts';

const SIDE = 32;
/** RGBA. */
const IMAGE_BYTES = 4 * SIDE * SIDE;

export function Samples() {
  const session = useSession();
  const { predicted, runs, canAsk } = usePage((state) => ({
    predicted: state.predicted,
    runs: state.runs,
    canAsk: state.stepsDone > 0 && (state.data?.progress.testImages ?? 0) > 0,
  }));
  const classNames = useClassNames();
  const nameOf = (label: number | undefined) => classNames[label ?? -1] ?? t`class ${label ?? '–'}`;
  return (
    <section className="column samples" aria-labelledby="samples-title">
      <h2 id="samples-title">{t`Predictions on test images`}</h2>
      <p className="hint">
        {t`Test images, never trained on, and below each every run’s answer with its confidence.`}
        {sentenceSpace}
        <button
          type="button"
          className="link"
          disabled={!canAsk}
          onClick={() => session.queries.predict(true)}
        >{t`Other images`}</button>
      </p>
      {predicted === null ? (
        <p className="empty">{t`Appears after the first measurement on test images, or on Pause.`}</p>
      ) : (
        <ul>
          {predicted.labels.map((label, i) => {
            const images = [...new Set(predicted.predictions.map(({ image }) => image))];
            return (
              <li key={images[i] ?? i}>
                <RgbaImage
                  rgba={predicted.pixels.slice(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)}
                  width={SIDE}
                  label={t`Test image: ${nameOf(label)}`}
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
                    <Guess
                      key={id}
                      run={{ name, colourIndex }}
                      className={nameOf(top)}
                      probability={share}
                      percent={`${Math.round(100 * share)} %`}
                      isRight={top === label}
                      details={t`${nameOf(top)}, ${formatPercent(share)}`}
                    />
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
