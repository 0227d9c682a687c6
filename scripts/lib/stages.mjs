/** The stages of `npm test` and `npm run check`: runs them one after the other, each with its seconds, and counts tests. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './install.mjs';
import { playwrightCounts, vitestCounts } from './testCounts.mjs';

const REPORTER = join(ROOT, 'scripts', 'lib', 'countsReporter.mjs');

/** A stage without `counts` is one test: it passes or fails as a whole. */
export const STATIC_STAGES = [
  { name: 'format', command: 'biome', args: ['format', '.'] },
  { name: 'lint', command: 'biome', args: ['lint', '--error-on-warnings', '.'] },
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
];

/** The unit tests of one of vitest's projects: `pure`, `slow` or `gpu`. */
export const unitStage = (project) => ({
  name: `unit, ${project}`,
  command: 'vitest',
  args: ['run', '--project', project, '--reporter=default', `--reporter=${REPORTER}`],
  reportVariable: 'UNIT_COUNTS',
  counts: vitestCounts,
});

export const END_TO_END_STAGE = {
  name: 'end-to-end',
  command: 'playwright',
  args: ['test', '--reporter=list,json'],
  reportVariable: 'PLAYWRIGHT_JSON_OUTPUT_NAME',
  counts: playwrightCounts,
};

/** Runs the stages; the last line it prints is `N passed, N failed`, `, N skipped` behind it where some were. */
export function runStages(stages) {
  const folder = mkdtempSync(join(tmpdir(), 'residual-playground-tests-'));
  const total = { passed: 0, failed: 0, skipped: [] };
  const times = [];
  for (const stage of stages) {
    const started = Date.now();
    console.log(`\n── ${stage.name} ──`);
    const { passed, failed, skipped } = run(stage, join(folder, `${times.length}.json`));
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped);
    const seconds = Math.round((Date.now() - started) / 1000);
    times.push(`${stage.name} ${seconds} s`);
    console.log(`── ${stage.name}: ${passed} passed, ${failed} failed, ${seconds} s ──`);
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${times.join(' · ')}`);
  for (const { name, reason } of total.skipped) console.log(`skipped: ${name}: ${reason}`);
  const skipped = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`;
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

function run({ command, args, reportVariable, counts }, report) {
  const { status } = spawnSync(join(ROOT, 'node_modules', '.bin', command), args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...(reportVariable && { [reportVariable]: report }) },
  });
  const ok = status === 0;
  if (counts === undefined) return { passed: Number(ok), failed: Number(!ok), skipped: [] };
  try {
    const counted = counts(readFileSync(report, 'utf8'));
    // A runner can fail without any test having failed, for instance by an error outside of tests.
    return { ...counted, failed: ok ? counted.failed : Math.max(1, counted.failed) };
  } catch (error) {
    console.error(`no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: [] };
  }
}
