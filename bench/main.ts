/** Engines side by side on one adapter. The result goes to standard output, all else to standard error. */
import { UsageError } from '../headless/arguments.ts';
import { nodeGpu } from '../headless/gpu.ts';
import { note } from '../headless/note.ts';
import type { Gpu } from '../src/engine/api.ts';
import { measurePeak } from '../src/engine/profiler/peak.ts';
import type { Profile } from '../src/engine/profiler/profile.ts';
import { profileNetwork } from '../src/engine/profiler/profileNetwork.ts';
import { acquireGpu, describe } from '../src/engine/webgpu/device.ts';
import { type BenchCommand, parseArguments, USAGE } from './arguments.ts';
import { cpuTimes } from './cpuTime.ts';
import { countedDevices } from './devices.ts';
import { measureEngines } from './measure.ts';
import { benchConfig } from './models.ts';
import { type BenchReport, reportLines } from './report.ts';
import { type BenchTask, benchTask } from './task.ts';

/** @returns the exit code: 0 done, 1 failed, 2 not understood. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseArguments(args);
    if (command.name === 'help') {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    const report = await bench(command);
    const text = command.json ? JSON.stringify(report) : reportLines(report).join('\n');
    process.stdout.write(`${text}\n`);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
}

async function bench(command: BenchCommand): Promise<BenchReport> {
  const { model, batch, engines, rounds } = command;
  const task = benchTask(benchConfig(model, batch));
  const { gpu, adapter } = await nodeGpu(command.adapter);
  const { name } = describe(adapter.info);
  note(`adapter: ${name}`);
  const executes = command.adapter !== 'null';
  const measurements = await measureEngines(gpu, task, engines, { rounds, executes });
  if (executes) note('CPU time to issue a step, on the null backend …');
  const cpuMsOf = executes ? await cpuTimes(command) : null;
  const device = executes ? await acquireGpu(gpu, await countedDevices(gpu).adapter()) : null;
  const profile =
    device !== null && engines.includes('ours') ? await profileOurs(device, task) : null;
  const peakGflops = device === null ? null : (profile?.peakGflops ?? (await measurePeak(device)));
  return {
    adapter: name,
    model,
    batch,
    rows: measurements.map(({ issueMs, bindGroupsCreated, ...row }) => ({
      ...row,
      bindGroups: bindGroupsCreated,
      cpuMs: cpuMsOf?.get(row.engine) ?? issueMs,
    })),
    peakGflops,
    convGflops: profile?.convGflops ?? null,
    ...(command.profile && profile !== null ? { profile } : {}),
  };
}

function profileOurs(gpu: Gpu, { graph, training }: BenchTask): Promise<Profile> {
  note('our kernels one by one …');
  return profileNetwork(gpu, { graph, training });
}
