/** Links that a published network is opened by. */
import type { RunConfig } from '../../model/config.ts';
import { encodeSetup } from '../address/encode.ts';
import { STANDARD_PAGE } from '../address/setup.ts';
import { ONNX_FILE } from './publication.ts';

export const HUB_URL = 'https://huggingface.co';

export const repoUrl = (repo: string): string => `${HUB_URL}/${repo}`;

/** Netron shows the network's graph. It reads files that everybody may read. */
export const netronUrl = (repo: string): string =>
  `https://netron.app/?url=${encodeURIComponent(`${repoUrl(repo)}/resolve/main/${ONNX_FILE}`)}`;

/** Opens the run's network and settings on this page. @param page its address. */
export function runUrl(page: string, config: RunConfig, name: string): string {
  const url = new URL(page);
  url.search = '';
  url.hash = encodeSetup({ page: STANDARD_PAGE, runs: [{ config, name: name.slice(0, 60) }] });
  return url.href;
}
