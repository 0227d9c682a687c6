/** Which engine trains where that is not what one would expect: why, and what that means for the results. */
import { formatCount, formatShort } from '../charts/format.ts';
import { ENGINE_NAMES } from '../engine/engineNames.ts';
import { usePage } from './context.ts';
import { ENGINE_COSTS } from './engineCosts.ts';
import { GetWebGpu } from './GetWebGpu.tsx';
import { LazyDetails } from './LazyDetails.tsx';
import { Notice } from './Notice.tsx';
import { sentenceSpace } from '../text/language.ts';
import { t } from '../text/t.ts';

export function EngineNotices() {
  const change = usePage(({ engineChange }) => engineChange);
  return (
    <>
      {change !== null && (
        <Notice title={t`The engine changed at step ${formatCount(change.step)}.`}>
          <p>{t`It was ${ENGINE_NAMES[change.from]} and is now ${ENGINE_NAMES[change.to]}. The two round sums differently, so from this step on the last digits differ from those of a run that kept its engine, and the difference grows. Such a run can’t be verified.`}</p>
        </Notice>
      )}
      <PassedOverNotice />
    </>
  );
}

/** TensorFlow.js trains because nothing faster does. */
function PassedOverNotice() {
  const { engine, gflops } = usePage(({ engine, gflops }) => ({ engine, gflops }));
  const reason = engine?.passedOver.find((other) => other.engine === 'webgpu')?.reason;
  if (engine === null || engine.id === 'cpu' || reason === undefined) return null;
  return (
    <Notice title={reason}>
      <p>
        {ENGINE_COSTS[engine.id]}
        {sentenceSpace}
        {gflops !== null &&
          t`It trains at ${formatShort(gflops)} GFLOP/s here; a graphics processor with WebGPU reaches hundreds. The results differ in their last digits only.`}
      </p>
      <LazyDetails className="get-webgpu" summary={t`How to get WebGPU`}>
        {() => <GetWebGpu />}
      </LazyDetails>
    </Notice>
  );
}
