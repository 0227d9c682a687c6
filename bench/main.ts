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
import { type EngineName, engineEntry } from './engines.ts';
import { entrantsOf, type Measurement, measureEngines, measureTasks } from './measure.ts';
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
  const executes = command.adapter !== 'null';
  const names = command.engines.filter((engine) => executes || onGpu(engine));
  const needsGpu = names.some(onGpu) || command.depths.length > 0;
  const { gpu, name } = needsGpu ? await openGpu(command.adapter) : NO_GPU;
  if (gpu !== null && command.depths.length > 0) return benchDepths(command, gpu, name);
  const entrants = entrantsOf(names, command.threads);
  const measurements = await measureEngines(gpu, task, entrants, { rounds, executes });
  const cpuMsOf = executes && gpu !== null ? await cpuTimes(command) : null;
  const profile = executes ? await profileOf(measurements, 'GPU') : null;
  const processor = executes ? await profileOf(measurements, 'processor') : null;
  return {
    adapter: name,
    model,
    batch,
    ...(precision === 'half' ? { precision } : {}),
    rows: measurements.map((measured) => {
      const row = rowOf(measured);
      return { ...row, cpuMs: cpuMsOf?.get(measured.engine) ?? row.cpuMs };
    }),
    peakGflops: profile?.peakGflops ?? (executes && gpu !== null ? await peakOf(gpu) : null),
    convGflops: profile?.convGflops ?? null,
    cpu: processor && {
      threads: processor.threads,
      peakGflops: processor.peakGflops,
      convGflops: processor.convGflops,
    },
    ...(command.profile && profile !== null ? { profile } : {}),
    ...(command.profile && processor !== null ? { cpuProfile: processor } : {}),
  };
}

const onGpu = (engine: EngineName): boolean => engineEntry(engine).processor === undefined;

const NO_GPU = { gpu: null, name: 'no adapter' };

async function openGpu(choice: BenchCommand['adapter']): Promise<{ gpu: GPU; name: string }> {
  const { gpu, adapter } = await nodeGpu(choice);
  const { name } = describe(adapter.info);
  note(`adapter: ${name}`);
  return { gpu, name };
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
    cpu: null,
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

function rowOf({ issueMs, bindGroupsCreated, opened: _, threads, ...row }: Measurement) {
  const counted = { ...row, bindGroups: bindGroupsCreated, cpuMs: issueMs };
  return threads === null ? counted : { ...counted, threads };
}

/** Of our kernels, on the GPU or on the processor; there the last row's, which has the most threads. */
async function profileOf(
  measurements: readonly Measurement[],
  where: 'GPU' | 'processor',
): Promise<(Profile & { threads: number }) | null> {
  const ours = measurements.findLast(
    ({ threads, opened }) =>
      opened.profile !== undefined && (threads === null) === (where === 'GPU'),
  );
  if (ours?.opened.profile === undefined) return null;
  note(`${ours.engine}, kernel by kernel …`);
  return { ...(await ours.opened.profile()), threads: ours.threads ?? 0 };
}

async function peakOf(gpu: GPU): Promise<number> {
  return measurePeak(await acquireGpu(gpu, await countedDevices(gpu).adapter()));
}
