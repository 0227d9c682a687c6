/** The first convolution's filters: only they see colours, and so can be drawn in them. */
import { useMemo } from 'react';
import { filterTiles } from '../../app/inside/filters.ts';
import { formatValue } from '../../charts/format.ts';
import type { Tensor } from '../../model/graph.ts';
import { RgbaImage } from '../RgbaImage.tsx';
import { useStudies, useSubjects } from '../studies/useStudies.ts';
import { Measure, RunName } from './Measure.tsx';
import { t } from '../../text/t.ts';

export function FiltersPanel() {
  const subjects = useSubjects();
  const studies = useStudies({ kind: 'filters', name: 'inside filters', subjects });
  return (
    <>
      <p className="hint lead">{t`What the first convolution looks for: each filter as the small picture that it responds to most. Grey is a weight of 0. Each filter has its own contrast; the number below it is its strength (L2 norm). Untrained filters are noise; trained ones become edges and opposing colours.`}</p>
      <Measure
        studies={studies}
        action={t`Read the filters`}
        cost={t`Reads one tensor of each network; computes nothing.`}
        onStart={() => studies.start((of) => ({ kind: 'filters', of }))}
      />
      <div className="filter-nets">
        {studies.findings.map(({ subject: { run }, result }) => (
          <figure key={run.id} aria-label={t`First filters of ${run.name}`}>
            <figcaption>
              <RunName run={run} /> <span>{filtersText(result.weight)}</span>
            </figcaption>
            <Tiles weight={result.weight} />
          </figure>
        ))}
      </div>
    </>
  );
}

function filtersText({ shape: [filters = 0, , height = 0, width = 0] }: Tensor): string {
  return t`${filters} filters of ${height}×${width} pixels, red, green and blue`;
}

function Tiles({ weight }: { weight: Tensor }) {
  const tiles = useMemo(() => filterTiles(weight), [weight]);
  const kernel = weight.shape[3] ?? 3;
  return (
    <ul className="tiles">
      {tiles.map(({ rgba, norm, largest }, i) => {
        const number = i + 1;
        return (
          <li key={number} title={t`largest weight ${formatValue(largest)}`}>
            <RgbaImage
              rgba={rgba}
              width={kernel}
              label={t`Filter ${number}, norm ${formatValue(norm)}`}
            />
            <span aria-hidden="true">{formatValue(norm)}</span>
          </li>
        );
      })}
    </ul>
  );
}
