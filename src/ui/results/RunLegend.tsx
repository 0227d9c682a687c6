/** The legend above the charts; an entry hides or shows its run. */
import { useMemo } from 'react';
import { accuracyOfSeeds, bySeed, lossOfSeeds, seedsName } from '../../app/seeds.ts';
import { formatCount } from '../../charts/format.ts';
import { linkedStore, useLinked } from '../../charts/linked.ts';
import { lineWidth } from '../../charts/palette.ts';
import { usePage, useSession, useShownRuns } from '../context.ts';
import { Check } from '../inputs.tsx';
import { RunLine } from '../RunLine.tsx';
import { useChartSettings } from './useChartFrame.ts';
import { t } from '../../text/t.ts';

export function RunLegend() {
  const runs = useShownRuns();
  const hidden = useLinked((state) => state.hidden);
  const toggle = (id: string) =>
    linkedStore.setState({
      hidden: hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id],
    });
  return (
    <ul className="row run-legend" aria-label={t`Runs on the charts`}>
      {runs.map(({ id, name, colourIndex, isBaseline, isLive }) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={!hidden.includes(id)}
            title={hidden.includes(id) ? t`Show this run` : t`Hide this run`}
            onClick={() => toggle(id)}
          >
            <RunLine
              colourIndex={colourIndex}
              width={34}
              strokeWidth={lineWidth(isBaseline) + 0.75}
            />
            <span>{name}</span>
            {isBaseline && <span className="faint">{t`baseline`}</span>}
            {!isLive && <span className="faint">{t`kept`}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The choice to see runs that differ only in their seeds as one, and what they came to. */
export function Seeds() {
  const runs = useShownRuns();
  const groups = useMemo(() => bySeed(runs, (run) => run), [runs]);
  const [{ seeds, x }, change] = useChartSettings();
  const session = useSession();
  usePage((state) => state.version);
  if (groups.every(({ length }) => length === 1)) return null;
  return (
    <div className="row hint seeds">
      <Check
        checked={seeds}
        onChange={(on) => change({ seeds: on })}
      >{t`Average over seeds (mean ± standard deviation)`}</Check>
      {seeds && x === 'time' && <span>{t`Over time each seed keeps its line.`}</span>}
      {seeds &&
        groups.flatMap(([first, ...others]) => {
          if (first === undefined || others.length === 0) return [];
          const histories = [first, ...others].map(({ id }) => session.history(id));
          return [
            <span
              key={first.id}
            >{t`${seedsName(first.name, histories.length)}: loss ${plusMinus(lossOfSeeds(histories))}, test accuracy ${plusMinus(accuracyOfSeeds(histories), 100, ' %')}`}</span>,
          ];
        })}
    </div>
  );
}

/**
 * `1.66 ± 0.05 at step 400`, the deviation to two digits; a dash where the runs have no step in common.
 * @param unit of the values, once multiplied by `factor`.
 */
function plusMinus(summary: ReturnType<typeof lossOfSeeds>, factor = 1, unit = ''): string {
  if (summary === null) return '–';
  const [mean, deviation] = [factor * summary.mean, factor * summary.deviation];
  const first = deviation > 0 ? Math.floor(Math.log10(deviation)) : 0;
  const decimals = Math.min(4, Math.max(0, 1 - first));
  const both = `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}${unit}`;
  return t`${both} at step ${formatCount(summary.step)}`;
}
