/** A picture of one's own, dropped, pasted or chosen: reduced to the networks' input size, and how each classifies it. */
import { type DragEvent, useEffect, useState } from 'react';
import { middleSquare } from '../../app/inside/picture.ts';
import { useClassNames } from '../context.ts';
import { ErrorText } from '../ErrorText.tsx';
import { FileChoice } from '../FileChoice.tsx';
import { useStudies, useSubjects } from '../studies/useStudies.ts';
import { insideStore, useInside } from './insideStore.ts';
import { Measure, netCount, RunName } from './Measure.tsx';
import { RgbImage } from './RgbImage.tsx';
import { type Picture, PictureError, readPicture } from './readPicture.ts';
import { TopFive } from './TopFive.tsx';
import { listed } from '../../text/language.ts';
import { t } from '../../text/t.ts';

export function PicturePanel() {
  const subjects = useSubjects();
  const studies = useStudies({ kind: 'ownImage', name: 'inside picture', subjects });
  const picture = useInside((state) => state.picture);
  const classNames = useClassNames();
  const smallest = Math.min(...subjects.map(({ graph }) => graph.model.inputSize));
  const [error, setError] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);

  const ask = ({ pixels }: Picture) => studies.start((of) => ({ kind: 'ownImage', of, pixels }));
  const take = async (file: Blob, name: string) => {
    setError(null);
    try {
      const read = await readPicture(file, name);
      const before = insideStore.getState().picture;
      if (before !== null) URL.revokeObjectURL(before.url);
      insideStore.setState({ picture: read });
      ask(read);
    } catch (cause) {
      if (!(cause instanceof PictureError)) throw cause;
      setError(cause.message);
    }
  };
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const file = [...(event.clipboardData?.files ?? [])][0];
      if (file === undefined) return;
      event.preventDefault();
      void take(file, t`The pasted picture`);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  });
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file === undefined) setError(t`What you dropped is not a file. Save the picture first.`);
    else void take(file, file.name);
  };
  return (
    <>
      <p className="hint lead">
        {classNames.length > 0
          ? t`The networks know ${classNames.length} classes and no others: ${listed(classNames)}. Whatever a picture shows, they choose among these, however confidently.`
          : t`The networks know the classes of their data set and no others. Whatever a picture shows, they choose among these.`}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is another way to what the file field does */}
      <div
        className={isOver ? 'row file-drop is-over' : 'row file-drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={onDrop}
      >
        <FileChoice
          label={t`Picture`}
          accept="image/*"
          hint={t`or drop it here, or paste it. It does not leave this browser.`}
          onChoose={(file) => void take(file, file.name)}
        >{t`Choose a picture`}</FileChoice>
      </div>
      <ErrorText>{error}</ErrorText>
      {picture !== null && (
        <>
          <div className="own-picture">
            <figure aria-label={t`Your picture`}>
              <Cropped picture={picture} />
              <figcaption>
                {picture.name}, {picture.width}×{picture.height}
              </figcaption>
            </figure>
            <figure aria-label={t`What the networks see`}>
              <RgbImage
                pixels={picture.pixels}
                label={t`Your picture in 32×32 pixels`}
                className="large"
              />
              <figcaption>
                {smallest < 32
                  ? t`what the networks see: its middle, 32×32, averaged to ${smallest}×${smallest}`
                  : t`what the networks see: its middle, 32×32`}
              </figcaption>
            </figure>
          </div>
          {picture.remark !== null && <p className="hint">{picture.remark}</p>}
          <Measure
            studies={studies}
            action={t`Ask the networks`}
            cost={t`1 image × ${netCount(subjects)}`}
            onStart={() => ask(picture)}
          >
            <button
              type="button"
              className="link"
              onClick={() =>
                insideStore.setState({ panel: 'maps', image: { pixels: picture.pixels } })
              }
            >{t`Its activation maps`}</button>
          </Measure>
          <div className="verdict-grid">
            {studies.findings.map(({ subject: { run }, result }) => (
              <section key={run.id} aria-label={t`${run.name} on your picture`}>
                <RunName run={run} />
                <TopFive
                  probabilities={result.probabilities}
                  classNames={classNames}
                  colourIndex={run.colourIndex}
                  label={null}
                />
              </section>
            ))}
          </div>
        </>
      )}
    </>
  );
}

/** The picture with what lies outside its middle square dimmed. */
function Cropped({ picture: { url, name, width, height } }: { picture: Picture }) {
  const { left, top, side } = middleSquare(width, height);
  const percent = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return (
    <span className="cropped">
      <img src={url} alt={name} />
      <span
        className="crop"
        style={{
          left: percent(left, width),
          top: percent(top, height),
          width: percent(side, width),
          height: percent(side, height),
        }}
      />
    </span>
  );
}
