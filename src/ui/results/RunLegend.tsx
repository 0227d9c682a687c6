/** The legend above the charts; an entry hides or shows its run. */
import { useMemo } from 'react';
import { accuracyOfSeeds, bySeed, lossOfSeeds, seedsName } from '../../app/seeds.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { formatCount, formatPercent, formatValue } from '../../charts/format.ts';
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
  const groups = useMemo(() => bySeed(runs, (run) => run), [runs]);
  const hasSeeds = groups.some(({ length }) => length > 1);
  return (
    <>
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
      {hasSeeds && <Seeds groups={groups} />}
    </>
  );
}

/** The choice to see runs that differ only in their seeds as one, and what they came to. */
function Seeds({ groups }: { readonly groups: readonly (readonly ShownRun[])[] }) {
  const [{ seeds }, change] = useChartSettings();
  const session = useSession();
  usePage((state) => state.version);
  return (
    <div className="column hint">
      <Check checked={seeds} onChange={(on) => change({ seeds: on })}>
        Average over seeds (mean ± standard deviation)
      </Check>
      {seeds &&
        groups.flatMap(([first, ...others]) => {
          if (first === undefined || others.length === 0) return [];
          const histories = [first, ...others].map(({ id }) => session.history(id));
          return [
            <span key={first.id}>
              {seedsName(first.name, histories.length)}: loss{' '}
              {plusMinus(lossOfSeeds(histories), formatValue)}, test accuracy{' '}
              {plusMinus(accuracyOfSeeds(histories), formatPercent)}
            </span>,
          ];
        })}
    </div>
  );
}

/** `1.66 ± 0.05 at step 400`; a dash where the runs have no step in common. */
function plusMinus(
  summary: ReturnType<typeof lossOfSeeds>,
  format: (value: number) => string,
): string {
  if (summary === null) return '–';
  const { mean, deviation, step } = summary;
  return `${format(mean)} ± ${format(deviation)} at step ${formatCount(step)}`;
}
