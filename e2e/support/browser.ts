/** Chromium as the tests run it. */
import { ensureChromium, SERVER_ARGS } from '../../scripts/lib/chromium.mjs';

export const chromiumPath = ensureChromium;

/** Chromium offers its software adapter only with `--enable-unsafe-webgpu`. */
export const CHROMIUM_ARGS = [...SERVER_ARGS, '--enable-unsafe-webgpu'];
