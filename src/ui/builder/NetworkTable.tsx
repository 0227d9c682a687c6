import { useMemo } from 'react';
import { formatCount, formatShort } from '../../charts/format.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { seesWholeMaps, summarize } from '../../model/summary.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { t } from '../../text/t.ts';

/** The network as a column of the paper's table 1 (ImageNet) or as in §4.2 (CIFAR). */
export function NetworkTable({ graph }: { graph: LayerGraph }) {
  const rows = useMemo(() => summarize(graph), [graph]);
  return (
    <>
      <ScrollTable
        label={t`Table of layers`}
        columns={[t`layer`, t`output`, t`kernel, channels`, t`sees`, t`parameters`, t`MACs`]}
        rows={rows.map(({ name, output, layers, receptiveField, parameters, macs }) => ({
          key: name,
          head: name,
          cells: [
            `${output.height}×${output.width}`,
            layers.join('; '),
            receptiveField === null ? t`all` : t`${receptiveField} px`,
            formatCount(parameters),
            formatShort(macs),
          ],
        }))}
      />
      <p className="hint">{t`Laid out like table 1 of He et al. 2015. “Sees” is the receptive field: the side of the image region that one output value depends on.`}</p>
      {seesWholeMaps(graph.model) && (
        <p className="hint">{t`Squeeze-excitation’s factors and group norm’s statistics are of whole maps; by them every value depends on all of the image, beyond what it sees.`}</p>
      )}
    </>
  );
}
