/** An experiment in the gallery: its question, the published results, and how long it takes here. */
import { useEffect, useState } from 'react';
import { type Experiment, type Published, QUANTITIES } from '../../app/experiments/experiment.ts';
import { workOf } from '../../app/experiments/runner.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';
import { type AdapterSpeed, type TimeRange, timeOf } from '../../app/experiments/time.ts';
import { usePage } from '../context.ts';
import { ArmSwitches } from './ArmSwitches.tsx';
import { offeredSizes, SIZE_NAMES, timeText } from './timeText.ts';
import { t } from '../../text/t.ts';

interface ExperimentTileProps {
  readonly experiment: Experiment;
  readonly speed: AdapterSpeed | null;
  readonly isEnabled: boolean;
  /** @param without arms that are left out. */
  readonly onChoose: (size: ExperimentSize, without: readonly string[]) => void;
}

export function ExperimentTile({ experiment, speed, isEnabled, onChoose }: ExperimentTileProps) {
  const before = usePage((page) => page.experiment);
  const [without, setWithout] = useState(before?.id === experiment.id ? before.without : []);
  const times = useTimes(experiment, without, speed);
  const { title, question, published } = experiment;
  return (
    <li className="column experiment-tile">
      <h3>{title}</h3>
      <p className="question">{question}</p>
      <PublishedBars published={published} />
      <ArmSwitches {...{ experiment, without }} onChange={setWithout} />
      <div className="sizes">
        {offeredSizes().map((size, i) => {
          const time = times?.[i];
          return (
            <button
              key={size}
              type="button"
              disabled={!isEnabled}
              aria-label={`${title}, ${SIZE_NAMES[size]}${time === undefined ? '' : `, ${timeText(time)}`}`}
              title={experiment.scale[size]}
              onClick={() => onChoose(size, without)}
            >
              <strong>{SIZE_NAMES[size]}</strong>
              <span>{time === undefined ? '…' : timeText(time)}</span>
            </button>
          );
        })}
      </div>
    </li>
  );
}

/** Times of the offered sizes, in a task of their own because all arms' layer graphs are built. */
function useTimes(
  experiment: Experiment,
  without: readonly string[],
  speed: AdapterSpeed | null,
): TimeRange[] | null {
  const [times, setTimes] = useState<TimeRange[] | null>(null);
  useEffect(() => {
    if (speed === null) return;
    const timer = setTimeout(() =>
      setTimes(
        offeredSizes().map((size) =>
          timeOf(workOf(experiment.id, size), experiment.arms(size, without), speed),
        ),
      ),
    );
    return () => clearTimeout(timer);
  }, [experiment, without, speed]);
  return times;
}

function PublishedBars({ published }: { published: Published }) {
  const { quantity, unit, values, source } = published;
  const most = Math.max(...values.map(({ value }) => value));
  return (
    <figure className="published" aria-label={t`Published: ${QUANTITIES[quantity]}`}>
      <table>
        <caption className="hint">{t`${QUANTITIES[quantity]}, published`}</caption>
        <tbody>
          {values.map(({ label, value, text }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <span className="bar" style={{ width: `${(55 * value) / most}%` }} />
                {text ?? (unit === '%' ? `${value} %` : `${unit}${value}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption className="hint">{source}</figcaption>
    </figure>
  );
}
