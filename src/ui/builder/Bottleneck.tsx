import { formatCount } from '../../charts/format.ts';
import { type BranchWeights, bottleneckArithmetic } from '../../model/bottleneck.ts';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

const ARITHMETIC = bottleneckArithmetic();

/** `1×1×256×64 + …` */
const sum = ({ layers }: BranchWeights) =>
  layers
    .map((layer) => `${layer.kernel}·${layer.kernel}·${layer.inChannels}·${layer.outChannels}`)
    .join(' + ');

export function Bottleneck() {
  const { bottleneck, basic } = ARITHMETIC;
  return (
    <>
      <p className="hint">
        <Rich
          text={t`At 256 channels, narrowing to 64 for the 3×3 convolution (256→64→64→256) takes <b>${formatCount(bottleneck.weights)}</b> weights; two 3×3 convolutions at full width take <b>${formatCount(basic.weights)}</b>, ${Math.round(basic.weights / bottleneck.weights)} times as many (He et al. 2015, §4.1, fig. 5).`}
          marks={{ b: (count) => <strong>{count}</strong> }}
        />
      </p>
      <p className="hint sums">
        {sum(bottleneck)} = {formatCount(bottleneck.weights)}
        <br />
        {sum(basic)} = {formatCount(basic.weights)}
      </p>
    </>
  );
}
