/** Where TensorFlow.js trains because nothing faster does: why, and what that costs. */
import { formatShort } from '../charts/format.ts';
import { usePage } from './context.ts';
import { ENGINE_COSTS } from './engineCosts.ts';
import { GetWebGpu } from './GetWebGpu.tsx';
import { Notice } from './Notice.tsx';

export function EngineNotice() {
  const { engine, gflops } = usePage(({ engine, gflops }) => ({ engine, gflops }));
  const reason = engine?.passedOver.find((other) => other.engine === 'webgpu')?.reason;
  if (engine === null || engine.id === 'cpu' || reason === undefined) return null;
  return (
    <Notice title={reason}>
      <p>
        {ENGINE_COSTS[engine.id]}{' '}
        {gflops !== null && (
          <>
            It trains at {formatShort(gflops)} GFLOP/s here; a graphics processor with WebGPU
            reaches hundreds. The results are the same.
          </>
        )}
      </p>
      <details className="get-webgpu">
        <summary>How to get WebGPU</summary>
        <GetWebGpu />
      </details>
    </Notice>
  );
}
