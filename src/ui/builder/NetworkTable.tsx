import { useMemo } from 'react';
import { formatCount, formatShort } from '../../charts/format.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { summarize } from '../../model/summary.ts';
import { ScrollArea } from '../ScrollArea.tsx';

/** The network as a row of the paper's table 1 (ImageNet) or of §4.2 (CIFAR). */
export function NetworkTable({ graph }: { graph: LayerGraph }) {
  const rows = useMemo(() => summarize(graph), [graph]);
  return (
    <details className="paper-table">
      <summary>The network in the paper’s table</summary>
      <ScrollArea label="Table of layers">
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">output</th>
              <th scope="col">kernel, channels</th>
              <th scope="col">sees</th>
              <th scope="col">parameters</th>
              <th scope="col">MACs</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td>
                  {row.output.height}×{row.output.width}
                </td>
                <td className="layers">{row.layers.join('; ')}</td>
                <td>{row.receptiveField === null ? 'all' : `${row.receptiveField} px`}</td>
                <td>{formatCount(row.parameters)}</td>
                <td>{formatShort(row.macs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <p className="hint">
        Laid out as table 1 of He et al. 2015. “Sees” is the receptive field: the side of the image
        region that one output value depends on.
      </p>
    </details>
  );
}
