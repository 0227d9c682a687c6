/** One image on its way through all nets at once: what each layer makes of it, stop by stop. */
import { useMemo } from 'react';
import { formatCount } from '../../charts/format.ts';
import { joinedStops, stopsOf } from '../../app/inside/layerStages.ts';
import { usePage } from '../context.ts';
import { DepthStrip } from './DepthStrip.tsx';
import { insideStore, type TracedImage, useInside } from './insideStore.ts';
import { Measure, RunName } from './Measure.tsx';
import { RgbImage } from './PixelImage.tsx';
import { StopMaps } from './StopMaps.tsx';
import { useStudies, useSubjects } from './subjects.ts';
import { TopFive } from './TopFive.tsx';

export function MapsPanel() {
  const subjects = useSubjects();
  const studies = useStudies('activations', 'activations', subjects);
  const { found } = studies;
  const { image, stop, picture } = useInside((state) => ({
    image: state.image,
    stop: state.stop,
    picture: state.picture,
  }));
  const classNames = usePage(({ data }) => data?.info.classNames ?? NO_NAMES);
  const nets = useMemo(
    () => subjects.map(({ run, graph }) => ({ run, stops: stopsOf(graph) })),
    [subjects],
  );
  const stops = useMemo(() => joinedStops(nets.map((net) => net.stops)), [nets]);
  const at = stops.find(({ id }) => id === stop) ?? stops.find(({ stage }) => stage !== null);
  const trace = (traced: TracedImage) => {
    insideStore.setState({ image: traced });
    studies.ask((of) => ({ kind: 'activations', of, image: traced }));
  };
  const [first] = found;
  const isOwn = 'pixels' in image;
  const values = subjects.reduce(
    (sum, { graph }) =>
      sum + graph.nodes.reduce((all, { shape: s }) => all + s.channels * s.height * s.width, 0),
    0,
  );
  return (
    <>
      <p className="hint lead">
        One image through every net, layer by layer. In a residual net watch how little each branch
        adds to what the shortcut carries; in a plain net each block must make everything anew.
      </p>
      <Measure
        studies={studies}
        action="Trace this image"
        again="Trace again"
        cost={`1 image × ${subjects.length === 1 ? '1 net' : `${subjects.length} nets`}, ${formatCount(values)} values; the first time, kernels are compiled for it.`}
        onAsk={() => trace(image)}
      >
        <ImageChoice image={image} onChoose={found.length > 0 ? trace : undefined} />
      </Measure>
      {first !== undefined && at !== undefined && (
        <>
          <div className="traced">
            <RgbImage
              pixels={first.result.pixels}
              label="The image that was traced"
              className="traced-image"
            />
            <div className="verdicts">
              <p>
                {isOwn && picture !== null ? <b>{picture.name}</b> : null}
                {first.result.label !== null && (
                  <>
                    Truly <b>{classNames[first.result.label] ?? `class ${first.result.label}`}</b>
                  </>
                )}
              </p>
              <div className="verdict-grid">
                {found.map(({ subject: { run }, result }) => (
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
          <DepthStrip stops={stops} shown={at.id} nets={nets} />
          <StopMaps stop={at} found={found} nets={nets} />
        </>
      )}
    </>
  );
}

const NO_NAMES: readonly string[] = [];

interface ImageChoiceProps {
  readonly image: TracedImage;
  /** Left out: choosing does not trace yet. */
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
    <span className="image-choice">
      <label className="inline-field">
        Test image
        <input
          type="number"
          min={0}
          max={Math.max(0, last)}
          value={isOwn ? '' : index}
          placeholder="own"
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
        ‹<span className="visually-hidden">Previous image</span>
      </button>
      <button type="button" disabled={isOwn || index >= last} onClick={() => goTo(index + 1)}>
        ›<span className="visually-hidden">Next image</span>
      </button>
      {picture !== null && !isOwn && (
        <button type="button" className="link" onClick={() => choose({ pixels: picture.pixels })}>
          your picture
        </button>
      )}
      {isOwn && (
        <button type="button" className="link" onClick={() => goTo(0)}>
          back to test images
        </button>
      )}
    </span>
  );
}
