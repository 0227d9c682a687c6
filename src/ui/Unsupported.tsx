/** Why nothing can be trained here, and how to get WebGPU, browser by browser. */
import { usePage, useSession } from './context.ts';

const TITLES = {
  'no-webgpu': 'This browser has no WebGPU',
  'no-adapter': 'This browser has WebGPU, but offers no adapter',
  'device-refused': 'The adapter refused to open a device',
} as const;

export function Unsupported() {
  const session = useSession();
  const unsupported = usePage((state) => state.unsupported);
  if (unsupported === null) return null;
  return (
    <section className="unsupported" aria-labelledby="unsupported-title">
      <h2 id="unsupported-title">{TITLES[unsupported.reason]}</h2>
      <p>{unsupported.message}</p>
      <p>
        Networks are trained on the graphics processor, through WebGPU. The builder on this page
        works without it. To train:
      </p>
      <dl>
        <dt>Chrome, Edge on Windows, macOS, ChromeOS, Android</dt>
        <dd>
          Version 113 or later (Android: 121). Check <code>chrome://gpu</code>; graphics
          acceleration must be on under Settings › System.
        </dd>
        <dt>Chrome, Chromium on Linux</dt>
        <dd>
          Open <code>chrome://flags/#enable-unsafe-webgpu</code>, choose Enabled, relaunch; or start
          with <code>--enable-unsafe-webgpu --enable-features=Vulkan</code>. This also serves
          computers without a GPU, slowly.
        </dd>
        <dt>Safari</dt>
        <dd>Version 26 or later, on macOS, iOS and iPadOS.</dd>
        <dt>Firefox</dt>
        <dd>
          Version 141 or later on Windows, 145 on Macs with Apple silicon. Elsewhere use Firefox
          Nightly, or set <code>dom.webgpu.enabled</code> in <code>about:config</code>.
        </dd>
      </dl>
      <p>The page must be served from https:// or from this computer.</p>
      <button type="button" onClick={() => session.open()}>
        Try again
      </button>
    </section>
  );
}
