/** How to get WebGPU, browser by browser. */
export function GetWebGpu() {
  return (
    <>
      <dl>
        <dt>Chrome, Edge on Windows, macOS, ChromeOS, Android</dt>
        <dd>
          Version 113 or later (Android: 121). Check <code>chrome://gpu</code>; graphics
          acceleration must be on under Settings › System.
        </dd>
        <dt>Chrome, Chromium on Linux</dt>
        <dd>
          Open <code>chrome://flags/#enable-unsafe-webgpu</code>, choose Enabled, relaunch; or start
          with <code>--enable-unsafe-webgpu --enable-features=Vulkan</code>. This also works,
          slowly, on computers without a GPU.
        </dd>
        <dt>Safari</dt>
        <dd>Version 26 or later, on macOS, iOS and iPadOS.</dd>
        <dt>Firefox</dt>
        <dd>
          Version 141 or later on Windows; on Macs with Apple silicon, 145 on macOS 26 and 147 on
          older versions. Elsewhere use Firefox Nightly, or set <code>dom.webgpu.enabled</code> in{' '}
          <code>about:config</code>.
        </dd>
      </dl>
      <p>The page must be served from https:// or from this computer.</p>
    </>
  );
}
