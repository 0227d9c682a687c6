import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTorch } from '../scripts/lib/findTorch.mjs';
import { ROOT } from '../scripts/lib/install.mjs';
import { parseReport } from './report.ts';

/** As `npm run --silent bench -- …` */
function bench(...args: string[]) {
  const script = join(ROOT, 'scripts', 'bench.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const NULL_ADAPTER = ['--adapter', 'null', '--rounds', '1'];

describe('bench', { timeout: 300_000 }, () => {
  it('puts one JSON object on standard output, a row an engine', () => {
    const args = ['--model', 'resnet-8', '--batch', '2', '--json'];
    const { status, stdout, stderr } = bench(...NULL_ADAPTER, ...args);
    expect(status, stderr).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const report = parseReport(stdout);
    expect(report).toMatchObject({
      adapter: 'null backend (executes nothing)',
      model: 'resnet-8',
      batch: 2,
      rows: [{ engine: 'ours' }, { engine: 'tfjs' }, { engine: 'jax-js' }],
      peakGflops: null,
      convGflops: null,
    });
    const [ours, ...others] = report.rows;
    // 75,290 parameters and as many momenta are the least that there is.
    for (const { gpuBytes } of report.rows) expect(gpuBytes).toBeGreaterThan(2 * 4 * 75_290);
    expect(ours).toMatchObject({ submits: 1, bindGroups: 0, buffersCreated: 0 });
    for (const { dispatches, bindGroups } of others) {
      expect(dispatches).toBeGreaterThan(ours?.dispatches ?? Number.POSITIVE_INFINITY);
      expect(bindGroups).toBe(dispatches);
    }
  });

  it('ResNet-20: at most 150 dispatches, one submit, no buffer, as a table too', () => {
    const args = ['--engines', 'ours', '--batch', '4'];
    const { stdout } = bench(...NULL_ADAPTER, ...args, '--json');
    const [row] = parseReport(stdout).rows;
    expect(row).toMatchObject({ submits: 1, bindGroups: 0, buffersCreated: 0 });
    expect(row?.dispatches).toBeGreaterThan(3 * 20);
    expect(row?.dispatches).toBeLessThanOrEqual(150);
    const table = bench(...NULL_ADAPTER, ...args)
      .stdout.trimEnd()
      .split('\n');
    expect(table[0]).toBe('null backend (executes nothing), resnet-20, batch 4');
    expect(table).toHaveLength(5);
    expect(table[4]).toMatch(
      /^\| ours \| [\d.]+ \| 1\.0× \| \d+ \| 1 \| 0 \| 0 \| [\d.]+ \| [\d.]+ \|$/,
    );
  });

  it('engines on the processor need no adapter: a row for each number of threads, PyTorch’s where it is', () => {
    const args = ['--engines', 'ours-cpu-exact,ours-cpu,pytorch', '--threads', '2,1'];
    const network = ['--model', 'resnet-8', '--batch', '2', '--rounds', '1'];
    const { status, stdout, stderr } = bench(...args, ...network, '--profile', '--json');
    expect(status, stderr).toBe(0);
    const { rows, adapter, peakGflops, cpu, cpuProfile } = parseReport(stdout);
    const torch = findTorch();
    const engines = ['ours-cpu-exact', 'ours-cpu', ...(torch === null ? [] : ['pytorch'])];
    expect(rows.map(({ engine, threads }) => [engine, threads])).toEqual(
      engines.flatMap((engine) => [1, 2].map((threads) => [engine, threads])),
    );
    if (torch === null) expect(stderr).toMatch(/pytorch is left out: no Python with torch/);
    for (const { stepMs, cpuMs, gpuBytes } of rows) {
      expect(stepMs).toBeGreaterThan(0);
      expect(cpuMs).toBeGreaterThan(0);
      expect(gpuBytes).toBeGreaterThan(2 * 4 * 75_290);
    }
    expect([adapter, peakGflops]).toEqual(['no adapter', null]);
    expect(cpu).toMatchObject({ threads: 2 });
    expect(cpu?.peakGflops).toBeGreaterThan(0);
    expect(cpu?.convGflops).toBe(cpuProfile?.convGflops);
    expect(new Set(cpuProfile?.rows.map(({ part }) => part))).toEqual(
      new Set(['forward', 'input gradient', 'weight gradient', 'BatchNorm', 'rest']),
    );
  });

  it.each([
    ['a network that does not exist', ['--model', 'resnet-21'], 2, /--model resnet-21: no such/],
    ['an unknown engine', ['--engines', 'torch'], 2, /there is no "torch"/],
    ['a batch out of its limits', ['--batch', '4096'], 1, /^training\.batchSize: .*1,024/m],
  ])('refuses %s in one line', (_, args, code, message) => {
    const { status, stdout, stderr } = bench(...NULL_ADAPTER, ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(code);
  });
});
