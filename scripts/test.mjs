/** `npm test`: format, lint, types, unit and end-to-end tests; ends with `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium, swiftShaderOf } from './lib/chromium.mjs';
import { ensureInstalled, ROOT } from './lib/install.mjs';
import { playwrightCounts, vitestCounts } from './lib/testCounts.mjs';

const bin = (name) => join(ROOT, 'node_modules', '.bin', name);
const reports = mkdtempSync(join(tmpdir(), 'residual-playground-tests-'));
const unitReport = join(reports, 'unit.json');
const endToEndReport = join(reports, 'end-to-end.json');

/** A stage without `counts` is one test: it passes or fails as a whole. */
const STAGES = [
  { name: 'format', command: 'biome', args: ['format', '.'] },
  { name: 'lint', command: 'biome', args: ['lint', '--error-on-warnings', '.'] },
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  {
    name: 'unit',
    command: 'vitest',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
    counts: () => vitestCounts(readFileSync(unitReport, 'utf8')),
  },
  {
    name: 'end-to-end',
    command: 'playwright',
    args: ['test', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: endToEndReport },
    counts: () => playwrightCounts(readFileSync(endToEndReport, 'utf8')),
  },
];

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

const total = { passed: 0, failed: 0 };
for (const stage of STAGES) {
  const started = Date.now();
  console.log(`\n── ${stage.name} ──`);
  const { passed, failed } = run(stage);
  total.passed += passed;
  total.failed += failed;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`── ${stage.name}: ${passed} passed, ${failed} failed, ${seconds} s ──`);
}
rmSync(reports, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function run({ command, args, env = {}, counts }) {
  const { status } = spawnSync(bin(command), args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
  });
  const ok = status === 0;
  if (counts === undefined) return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  try {
    const { passed, failed } = counts();
    // A runner can fail without any test having failed, for instance when a file can't be loaded.
    return { passed, failed: ok ? failed : Math.max(1, failed) };
  } catch (error) {
    console.error(`no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}
