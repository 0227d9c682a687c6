/** The legend above the charts; an entry hides or shows its run. */
import { linkedStore, useLinked } from '../../charts/linked.ts';
import { lineWidth } from '../../charts/palette.ts';
import { useShownRuns } from '../context.ts';
import { RunLine } from '../RunLine.tsx';

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
