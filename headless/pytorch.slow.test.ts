/** The check that a continuation's README offers: three steps in PyTorch and here, on the batches that train.py writes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tinyConfig } from '../src/training/testing/sessionHarness.ts';
import { torchOrSkip } from '../src/weights/testing/torch.ts';
import { metricsOf, runJobs } from '../src/weights/testing/trainScript.ts';
import { headless, ON_PROCESSOR } from './testing/runMain.ts';

const work = mkdtempSync(join(tmpdir(), 'residual-playground-check-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('works, and comes as close as the README says', async (context) => {
  const torch = torchOrSkip(context);
  const given = join(work, 'config.json');
  writeFileSync(
    given,
    JSON.stringify(
      tinyConfig({
        model: { stageDepths: [1, 1], stageWidths: [8, 16], inputSize: 16 },
        training: { batchSize: 16 },
      }),
    ),
  );
  const folder = join(work, 'zip');
  const written = await headless('pytorch', '--config', given, '--out', folder);
  expect(written.status, written.stderr).toBe(0);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const commands = [...readme.matchAll(/^python train\.py (--(?:write|from).*)$/gm)].map(
    ([, args = '']) => ({ folder, arguments: args.split(' ') }),
  );
  expect(commands).toHaveLength(2);
  for (const { exit } of await runJobs(torch, work, commands)) expect(exit).toBeNull();
  const [, line = ''] = /headless -- (train --config.*)$/m.exec(readme) ?? [];
  const args = line
    .split(' ')
    .map((arg) => (/^(config|batches|page)/.test(arg) ? join(folder, arg) : arg));
  const trained = await headless(...args, ...ON_PROCESSOR);
  expect(trained.status, trained.stderr).toBe(0);

  const [here, page] = [await metricsOf(folder, 'here'), await metricsOf(folder, 'page')];
  expect(page).toHaveLength(3);
  const apart = page.map(({ loss }, i) => Math.abs(loss / (here[i]?.loss ?? Number.NaN) - 1));
  [1e-6, 1e-4, 1e-2].forEach((most, i) => {
    expect(apart[i]).toBeLessThan(most);
  });
});
