/** Chromium as the tests run it. */
import { ensureChromium } from '../../scripts/lib/chromium.mjs';

export const chromiumPath = ensureChromium;

/** What Chromium needs on a server; without WebGPU. */
export const SERVER_ARGS = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'];

/** Chromium offers its software adapter only with `--enable-unsafe-webgpu`. */
export const CHROMIUM_ARGS = [...SERVER_ARGS, '--enable-unsafe-webgpu'];
