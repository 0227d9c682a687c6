/** Why nothing can be trained here, and what would help. */
import { usePage, useSession } from './context.ts';
import { GetWebGpu } from './GetWebGpu.tsx';
import { t } from '../text/t.ts';

export function Unsupported() {
  const session = useSession();
  const unsupported = usePage((state) => state.unsupported);
  if (unsupported === null) return null;
  return (
    <section className="unsupported" aria-labelledby="unsupported-title">
      <h2 id="unsupported-title">{t`This browser can’t train networks`}</h2>
      <p>{unsupported.message}</p>
      <p>{t`Networks are trained through WebGPU, through WebAssembly on the processor or, more slowly, through TensorFlow.js; none of them works here. The builder on this page still works. To train, reload the page if its files could not be loaded, or get a browser with WebGPU:`}</p>
      <GetWebGpu />
      <button type="button" onClick={() => session.open()}>{t`Try again`}</button>
    </section>
  );
}
