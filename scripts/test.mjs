/** `npm test`: format, lint, types, unit and end-to-end tests; ends with `N passed, N failed`. */
import { ensureChromium, swiftShaderOf } from './lib/chromium.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { END_TO_END_STAGE, runStages, STATIC_STAGES, unitStage } from './lib/stages.mjs';

await ensureInstalled();
// Unit tests need it too: where there is no GPU, WebGPU in Node runs on Chromium's SwiftShader.
const chromium = await ensureChromium().catch((error) => {
  console.error(error.message);
  return null;
});
const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
const driver = VK_ICD_FILENAMES ?? VK_DRIVER_FILES ?? (chromium && swiftShaderOf(chromium));
// The same adapter in Node as in the browser, whatever else the machine has.
if (driver) process.env.VK_ICD_FILENAMES = driver;
if (chromium) process.env.CHROMIUM_PATH = chromium;

runStages([
  ...STATIC_STAGES,
  unitStage('pure'),
  unitStage('slow'),
  unitStage('gpu'),
  END_TO_END_STAGE,
]);
