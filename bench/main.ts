/** Engines side by side on one adapter. The result goes to standard output, all else to standard error. */
import { UsageError } from '../headless/arguments.ts';
import { nodeGpu } from '../headless/gpu.ts';
import { note } from '../headless/note.ts';
import type { Profile } from '../src/engine/profile.ts';
import { acquireGpu, describe } from '../src/engine/webgpu/device.ts';
import { measurePeak } from '../src/engine/webgpu/profiler/peak.ts';
import { type BenchCommand, parseArguments, USAGE } from './arguments.ts';
import { cpuTimes } from './cpuTime.ts';
import { countedDevices } from './devices.ts';
import { engineEntry } from './engines.ts';
import { type Measurement, measureEngines, measureTasks } from './measure.ts';
import { benchConfig } from './models.ts';
import { type BenchReport, reportLines } from './report.ts';
import { benchTask } from './task.ts';

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
  const { model, batch, rounds, precision } = command;
  const task = benchTask(benchConfig(model, batch, precision), command.tuningMs);
  const { gpu, adapter } = await nodeGpu(command.adapter);
  const { name } = describe(adapter.info);
  note(`adapter: ${name}`);
  if (command.depths.length > 0) return benchDepths(command, gpu, name);
  const executes = command.adapter !== 'null';
  const engines = command.engines.filter((engine) => executes || !engineEntry(engine).isProcessor);
  const measurements = await measureEngines(gpu, task, engines, { rounds, executes });
  if (executes) note('CPU time to issue a step, on the null backend …');
  const cpuMsOf = executes ? await cpuTimes(command) : null;
  const profile = executes ? await profileOurs(measurements) : null;
  return {
    adapter: name,
    model,
    batch,
    ...(precision === 'half' ? { precision } : {}),
    rows: measurements.map((measured) => {
      const row = rowOf(measured);
      return { ...row, cpuMs: cpuMsOf?.get(measured.engine) ?? row.cpuMs };
    }),
    peakGflops: profile?.peakGflops ?? (executes ? await peakOf(gpu) : null),
    convGflops: profile?.convGflops ?? null,
    ...(command.profile && profile !== null ? { profile } : {}),
  };
}

/** What a block costs in shallow and in deep networks. */
async function benchDepths(
  { depths, batch, precision, rounds, tuningMs, adapter }: BenchCommand,
  gpu: GPU,
  name: string,
): Promise<BenchReport> {
  const tasks = depths.map((n) =>
    benchTask(benchConfig(`resnet-${n}`, batch, precision), tuningMs),
  );
  const measurements = await measureTasks(gpu, tasks, rounds);
  return {
    adapter: name,
    model: `ResNet-${depths.join(', -')}`,
    batch,
    rows: measurements.map((row, i) => ({ ...rowOf(row), engine: `ours, ResNet-${depths[i]}` })),
    peakGflops: adapter === 'null' ? null : await peakOf(gpu),
    convGflops: null,
    depths: measurements.map(({ stepMs, gpuBytes, dispatches }, i) => {
      const blocks = tasks[i]?.graph.blocks.length ?? Number.NaN;
      return {
        depth: depths[i] ?? Number.NaN,
        blocks,
        blockMs: stepMs / blocks,
        blockBytes: gpuBytes / blocks,
        blockDispatches: dispatches / blocks,
      };
    }),
  };
}

function rowOf({ issueMs, bindGroupsCreated, opened: _, ...row }: Measurement) {
  return { ...row, bindGroups: bindGroupsCreated, cpuMs: issueMs };
}

async function profileOurs(measurements: readonly Measurement[]): Promise<Profile | null> {
  const ours = measurements.find(({ engine }) => engine === 'ours');
  if (ours?.opened.profile === undefined) return null;
  note('our kernels one by one …');
  return ours.opened.profile();
}

async function peakOf(gpu: GPU): Promise<number> {
  return measurePeak(await acquireGpu(gpu, await countedDevices(gpu).adapter()));
}
