/** The legend above the charts; an entry hides or shows its run. */
import { useMemo } from 'react';
import { bySeed, seedsName, summaryOf } from '../../app/seeds.ts';
import { linkedStore, useLinked } from '../../charts/linked.ts';
import { lineWidth } from '../../charts/palette.ts';
import { usePage, useSession, useShownRuns } from '../context.ts';
import { Check } from '../inputs.tsx';
import { RunLine } from '../RunLine.tsx';
import { useChartSettings } from './useChartFrame.ts';

export function RunLegend() {
  const runs = useShownRuns();
  const hidden = useLinked((state) => state.hidden);
  const toggle = (id: string) =>
    linkedStore.setState({
      hidden: hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id],
    });
  return (
    <ul className="row run-legend" aria-label="Runs on the charts">
      {runs.map(({ id, name, colourIndex, isBaseline, isLive }) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={!hidden.includes(id)}
            title={hidden.includes(id) ? 'Show this run' : 'Hide this run'}
            onClick={() => toggle(id)}
          >
            <RunLine
              colourIndex={colourIndex}
              width={34}
              strokeWidth={lineWidth(isBaseline) + 0.75}
            />
            <span>{name}</span>
            {isBaseline && <span className="faint">baseline</span>}
            {!isLive && <span className="faint">kept</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The choice to see runs that differ only in their seeds as one, and what they came to. */
export function Seeds() {
  const runs = useShownRuns();
  const groups = useMemo(() => bySeed(runs), [runs]);
  const [{ seeds, x }, change] = useChartSettings();
  const session = useSession();
  usePage((state) => state.version);
  if (groups.every(({ length }) => length === 1)) return null;
  return (
    <div className="row hint seeds">
      <Check checked={seeds} onChange={(on) => change({ seeds: on })}>
        seeds as mean ± standard deviation
      </Check>
      {seeds && x === 'time' && <span>Over time each seed keeps its line.</span>}
      {seeds &&
        groups.flatMap(([first, ...others]) => {
          if (first === undefined || others.length === 0) return [];
          const histories = [first, ...others].map(({ id }) => session.history(id));
          const count = histories.length;
          const losses = histories.flatMap(({ latest }) => latest?.loss ?? []);
          const perCent = histories.flatMap(({ evaluations }) => {
            const share = evaluations.at(-1)?.accuracy;
            return share === undefined ? [] : 100 * share;
          });
          return [
            <span key={first.id}>
              {seedsName(first.name, count)}: loss {plusMinus(losses, count)}, test accuracy{' '}
              {plusMinus(perCent, count, ' %')}
            </span>,
          ];
        })}
    </div>
  );
}

/** `1.66 ± 0.05`, the deviation to two digits; a dash where not all have a value. */
function plusMinus(values: readonly number[], count: number, unit = ''): string {
  if (values.length < count) return '–';
  const { mean, deviation } = summaryOf(values);
  const first = deviation > 0 ? Math.floor(Math.log10(deviation)) : 0;
  const decimals = Math.min(4, Math.max(0, 1 - first));
  return `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}${unit}`;
}
