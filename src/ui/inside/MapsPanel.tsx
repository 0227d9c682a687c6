/** One image on its way through all networks: the output of every layer, stage by stage. */
import { useMemo } from 'react';
import { joinedStages, layerStagesOf } from '../../app/inside/layerStages.ts';
import { formatCount } from '../../charts/format.ts';
import { useClassNames, usePage } from '../context.ts';
import { useStudies, useSubjects } from '../studies/useStudies.ts';
import { insideStore, type TracedImage, useInside } from './insideStore.ts';
import { Measure, netCount, RunName } from './Measure.tsx';
import { RgbImage } from './RgbImage.tsx';
import { StageMaps } from './StageMaps.tsx';
import { StagePicker } from './StagePicker.tsx';
import { TopFive } from './TopFive.tsx';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

export function MapsPanel() {
  const subjects = useSubjects();
  const studies = useStudies({ kind: 'activations', name: 'inside activations', subjects });
  const { findings } = studies;
  const { image, stage, picture } = useInside((state) => ({
    image: state.image,
    stage: state.stage,
    picture: state.picture,
  }));
  const classNames = useClassNames();
  const nets = useMemo(
    () => subjects.map(({ run, graph }) => ({ run, stages: layerStagesOf(graph) })),
    [subjects],
  );
  const stages = useMemo(() => joinedStages(nets.map((net) => net.stages)), [nets]);
  const shown = stages.find(({ id }) => id === stage) ?? stages.find((one) => one.stage !== null);
  const trace = (traced: TracedImage) => {
    insideStore.setState({ image: traced });
    studies.start((of) => ({ kind: 'activations', of, image: traced }));
  };
  const [first] = findings;
  const isOwn = 'pixels' in image;
  const values = subjects.reduce(
    (sum, { graph }) =>
      sum + graph.nodes.reduce((all, { shape: s }) => all + s.channels * s.height * s.width, 0),
    0,
  );
  return (
    <>
      <p className="hint lead">{t`One image through every network, layer by layer. In a residual network, watch how little each branch adds to what the shortcut carries; in a plain one, every block has to produce its whole output by itself.`}</p>
      <Measure
        studies={studies}
        action={t`Trace this image`}
        again={t`Trace again`}
        cost={t`1 image × ${netCount(subjects)}, ${formatCount(values)} values; the first time, kernels are compiled for it.`}
        onStart={() => trace(image)}
      >
        <ImageChoice image={image} onChoose={findings.length > 0 ? trace : undefined} />
      </Measure>
      {first !== undefined && shown !== undefined && (
        <>
          <div className="traced">
            <RgbImage
              pixels={first.result.pixels}
              label={t`The image that was traced`}
              className="traced-image"
            />
            <div className="verdicts">
              <p>
                {isOwn && picture !== null ? <b>{picture.name}</b> : null}
                {first.result.label !== null && (
                  <Rich
                    text={t`True class: <b>${classNames[first.result.label] ?? t`class ${first.result.label}`}</b>`}
                    marks={{ b: (inner) => <b>{inner}</b> }}
                  />
                )}
              </p>
              <div className="verdict-grid">
                {findings.map(({ subject: { run }, result }) => (
                  <div key={run.id}>
                    <RunName run={run} />
                    <TopFive
                      probabilities={result.probabilities}
                      classNames={classNames}
                      colourIndex={run.colourIndex}
                      label={result.label}
                    />
                  </div>
                ))}
              </div>
            </div>
          </div>
          <StagePicker stages={stages} shown={shown.id} nets={nets} />
          <StageMaps stage={shown} findings={findings} nets={nets} />
        </>
      )}
    </>
  );
}

interface ImageChoiceProps {
  readonly image: TracedImage;
  /** Undefined: choosing does not trace yet. */
  readonly onChoose: ((image: TracedImage) => void) | undefined;
}

function ImageChoice({ image, onChoose }: ImageChoiceProps) {
  const picture = useInside((state) => state.picture);
  const last = usePage(({ data, runs }) => data?.info.test ?? runs[0]?.config.data.test ?? 0) - 1;
  const choose = (traced: TracedImage) => {
    insideStore.setState({ image: traced });
    onChoose?.(traced);
  };
  const isOwn = 'pixels' in image;
  const index = isOwn ? 0 : image.test;
  const goTo = (test: number) => choose({ test: Math.min(Math.max(0, last), Math.max(0, test)) });
  return (
    <span className="row image-choice">
      <label className="inline-field">
        {t`Test image`}
        <input
          type="number"
          min={0}
          max={Math.max(0, last)}
          value={isOwn ? '' : index}
          placeholder={t`own`}
          onChange={({ target }) => {
            const test = Number(target.value);
            if (target.value !== '' && Number.isInteger(test)) {
              insideStore.setState({
                image: { test: Math.min(Math.max(0, last), Math.max(0, test)) },
              });
            }
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') choose(image);
          }}
        />
      </label>
      <button type="button" disabled={isOwn || index <= 0} onClick={() => goTo(index - 1)}>
        ‹<span className="visually-hidden">{t`Previous image`}</span>
      </button>
      <button type="button" disabled={isOwn || index >= last} onClick={() => goTo(index + 1)}>
        ›<span className="visually-hidden">{t`Next image`}</span>
      </button>
      {picture !== null && !isOwn && (
        <button
          type="button"
          className="link"
          onClick={() => choose({ pixels: picture.pixels })}
        >{t`your picture`}</button>
      )}
      {isOwn && (
        <button
          type="button"
          className="link"
          onClick={() => goTo(0)}
        >{t`back to test images`}</button>
      )}
    </span>
  );
}
