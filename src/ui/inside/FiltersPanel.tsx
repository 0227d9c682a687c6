/** The first convolution's filters: only they see colours, and so can be drawn in them. */
import { useMemo } from 'react';
import { filterTiles } from '../../app/inside/filters.ts';
import { formatValue } from '../../charts/format.ts';
import type { Tensor } from '../../model/graph.ts';
import { RgbaImage } from '../RgbaImage.tsx';
import { useStudies, useSubjects } from '../studies/useStudies.ts';
import { Measure, RunName } from './Measure.tsx';

export function FiltersPanel() {
  const subjects = useSubjects();
  const studies = useStudies({ kind: 'filters', name: 'inside filters', subjects });
  return (
    <>
      <p className="hint lead">
        What the first convolution looks for: each filter as the small picture that it responds to
        most. Grey is a weight of 0. Each filter has its own contrast; the number below it is its
        strength (L2 norm). Untrained filters are noise; trained ones become edges and opposing
        colours.
      </p>
      <Measure
        studies={studies}
        action="Read the filters"
        cost="Reads one tensor of each network; computes nothing."
        onStart={() => studies.start((of) => ({ kind: 'filters', of }))}
      />
      <div className="filter-nets">
        {studies.findings.map(({ subject: { run }, result }) => (
          <figure key={run.id} aria-label={`First filters of ${run.name}`}>
            <figcaption>
              <RunName run={run} />{' '}
              <span>
                {result.weight.shape[0]} filters of {result.weight.shape[2]}×
                {result.weight.shape[3]} pixels, red, green and blue
              </span>
            </figcaption>
            <Tiles weight={result.weight} />
          </figure>
        ))}
      </div>
    </>
  );
}

function Tiles({ weight }: { weight: Tensor }) {
  const tiles = useMemo(() => filterTiles(weight), [weight]);
  const kernel = weight.shape[3] ?? 3;
  return (
    <ul className="tiles">
      {tiles.map(({ rgba, norm, largest }, i) => {
        const number = i + 1;
        return (
          <li key={number} title={`largest weight ${formatValue(largest)}`}>
            <RgbaImage
              rgba={rgba}
              width={kernel}
              label={`Filter ${number}, norm ${formatValue(norm)}`}
            />
            <span aria-hidden="true">{formatValue(norm)}</span>
          </li>
        );
      })}
    </ul>
  );
}
