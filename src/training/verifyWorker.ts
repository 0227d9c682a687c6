/** The worker that trains a saved run again, beside whatever trains: from a checkpoint file to whether its weights match. */
import { reasonOf } from '../data/dataError.ts';
import { openDataset } from '../data/dataset.ts';
import { keptInBrowser } from '../data/own/keptInBrowser.ts';
import { openInBrowser } from '../engine/cpu/openInBrowser.ts';
import { postEvent, serve } from '../rpc/rpc.ts';
import { browserCaches } from '../storage/cache.ts';
import { readCheckpoint } from './checkpoint/read.ts';
import { loadedImages } from './loadedImages.ts';
import { Run } from './run.ts';
import {
  type RetrainProgress,
  checkImages,
  claimOfRun,
  retrain,
  UnverifiableError,
} from './verification.ts';
import { t } from '../text/t.ts';

/** Between two events. */
const PROGRESS_MS = 250;

export interface VerifyProgress extends RetrainProgress {
  readonly steps: number;
}

/** The two hashes; the run is what it claims to be if they are the same. */
export interface Verified {
  readonly wanted: string;
  readonly got: string;
  readonly steps: number;
}

const api = {
  /** @param baseUrl the page's address, against which images are found. */
  async verify(asked: { readonly file: ArrayBuffer; readonly baseUrl: string }): Promise<Verified> {
    const { runs } = await readCheckpoint(new Uint8Array(asked.file));
    const [saved] = runs;
    if (saved === undefined) throw new UnverifiableError(t`Its file holds no run.`);
    const claim = await claimOfRun(saved);
    const { config, steps, weightsSha256: wanted } = claim;
    const device = openInBrowser();
    const request = { ...config.data, test: 0, seed: config.training.seed };
    const cache = browserCaches();
    const dataset = openDataset(request, { baseUrl: asked.baseUrl, cache, kept: keptInBrowser });
    const images = await loadedImages(device, dataset, config);
    checkImages(claim, images.source);
    await images.prepare(steps);
    let nextMs = 0;
    const onProgress = (progress: RetrainProgress): void => {
      if (performance.now() < nextMs) return;
      nextMs = performance.now() + PROGRESS_MS;
      postEvent({ ...progress, steps } satisfies VerifyProgress);
    };
    const got = await retrain(new Run('again', config), steps, { device, images, onProgress });
    return { wanted, got, steps };
  },
};
export type VerifyApi = typeof api;

serve(api, (error) => (error instanceof UnverifiableError ? error.message : reasonOf(error)));
