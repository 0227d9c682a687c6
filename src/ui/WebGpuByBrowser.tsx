/** How to get WebGPU, browser by browser. */
import { Rich } from './Rich.tsx';
import { t } from '../text/t.ts';

const CODE = { code: (inner: string) => <code>{inner}</code> };

export function WebGpuByBrowser() {
  return (
    <>
      <dl>
        <dt>{t`Chrome, Edge on Windows, macOS, ChromeOS, Android`}</dt>
        <dd>
          <Rich
            text={t`Version 113 or later (Android: 121). Check <code>chrome://gpu</code>; graphics acceleration must be on under Settings › System.`}
            marks={CODE}
          />
        </dd>
        <dt>{t`Chrome, Chromium on Linux`}</dt>
        <dd>
          <Rich
            text={t`Open <code>chrome://flags/#enable-unsafe-webgpu</code>, choose Enabled, relaunch; or start with <code>--enable-unsafe-webgpu --enable-features=Vulkan</code>. This also works, slowly, on computers without a GPU.`}
            marks={CODE}
          />
        </dd>
        <dt translate="no">Safari</dt>
        <dd>{t`Version 26 or later, on macOS, iOS and iPadOS.`}</dd>
        <dt translate="no">Firefox</dt>
        <dd>
          <Rich
            text={t`Version 141 or later on Windows; on Macs with Apple silicon, 145 on macOS 26 and 147 on older versions. Elsewhere use Firefox Nightly, or set <code>dom.webgpu.enabled</code> in <code>about:config</code>.`}
            marks={CODE}
          />
        </dd>
      </dl>
      <p>{t`The page must be served from https:// or from this computer.`}</p>
    </>
  );
}
