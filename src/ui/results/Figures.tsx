/** Loss, accuracy and layer statistics of all runs, with their shared legend and settings. */
import { useEffect } from 'react';
import { usePage } from '../context.ts';
import { Shown } from '../sharing/Shown.tsx';
import { ChartToolbar } from './ChartToolbar.tsx';
import { LayerFigure } from './LayerFigure.tsx';
import { preloadCharts } from './LazyCharts.tsx';
import { MetricFigure } from './MetricFigure.tsx';
import { RunLegend, Seeds } from './RunLegend.tsx';
import { t } from '../../text/t.ts';

export function Figures() {
  const isOpen = usePage(({ phase }) => phase !== 'opening');
  useEffect(() => (isOpen ? preloadCharts() : undefined), [isOpen]);
  return (
    <div className="column figures">
      <div className="row legend">
        <RunLegend />
        <Shown part="chart-controls">
          <ChartToolbar />
        </Shown>
        <Seeds />
      </div>
      <div className="pair">
        <MetricFigure
          title={t`Loss`}
          quantity="loss"
          caption={t`Cross-entropy; lower is better. Lines are training batches, dots test images, triangles tests above the axis. A plain network that is too deep has a higher training loss: it is not overfitting, but harder to train (He et al. 2015, §1, fig. 1).`}
        />
        <Shown part="accuracy">
          <MetricFigure
            title={t`Accuracy`}
            quantity="accuracy"
            caption={t`Share of images classified correctly; guessing among ten classes gives 10 %. Lines are training batches, dots test images. With shortcuts the deeper network wins, without them the shallower one (§4.2, fig. 6).`}
          />
        </Shown>
      </div>
      <Shown part="gradients">
        <LayerFigure />
      </Shown>
    </div>
  );
}
