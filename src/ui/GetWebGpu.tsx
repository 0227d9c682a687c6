import { Suspense } from 'react';
import { lazily } from './lazily.tsx';

const WebGpuByBrowser = lazily(
  () => import('./WebGpuByBrowser.tsx'),
  ({ WebGpuByBrowser }) => WebGpuByBrowser,
);

/** How to get WebGPU. */
export function GetWebGpu() {
  return (
    <Suspense>
      <WebGpuByBrowser />
    </Suspense>
  );
}
