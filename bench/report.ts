/** The bench's result: its JSON, and the same as a table. */
import * as z from 'zod/mini';
import { profileMarkdown } from '../src/engine/profileText.ts';

const finite = () => z.number();

const profileSchema = z.object({
  adapter: z.string(),
  parameters: finite(),
  batchSize: finite(),
  method: z.enum(['timestamps', 'submits', 'clock']),
  stepMs: finite(),
  kernelMs: finite(),
  peakGflops: finite(),
  convGflops: z.nullable(finite()),
  rows: z.readonly(
    z.array(
      z.object({
        kernel: z.string(),
        layers: z.readonly(z.array(z.string())),
        shape: z.string(),
        count: finite(),
        ms: finite(),
        flops: finite(),
        bytes: finite(),
        part: z.optional(
          z.enum(['forward', 'input gradient', 'weight gradient', 'BatchNorm', 'rest']),
        ),
      }),
    ),
  ),
});

const depthSchema = z.object({
  depth: finite(),
  blocks: finite(),
  blockMs: finite(),
  blockBytes: finite(),
  blockDispatches: finite(),
});

type DepthRow = z.infer<typeof depthSchema>;

/** Contract: other programs read this. */
const reportSchema = z.object({
  adapter: z.string(),
  model: z.string(),
  batch: finite(),
  /** Of our engine, unless it was single. */
  precision: z.optional(z.literal('half')),
  rows: z.array(
    z.object({
      engine: z.string(),
      /** Of an engine on the processor. */
      threads: z.optional(finite()),
      /** Median over the rounds; on the null adapter nothing is executed. */
      stepMs: finite(),
      dispatches: finite(),
      submits: finite(),
      bindGroups: finite(),
      buffersCreated: finite(),
      /**
       * All buffers of the engine's device, at the worst moment; on the processor what the engine says that the network
       * takes, or its whole process. 0: not known.
       */
      gpuBytes: finite(),
      /** CPU time to issue a step, on the null backend; on the processor, that of the step on all threads. */
      cpuMs: finite(),
    }),
  ),
  /** The adapter's own rate of fused multiply-adds; null on the null adapter. */
  peakGflops: z.nullable(finite()),
  /** Of all convolution kernels of our step; null without our engine, and on the null adapter. */
  convGflops: z.nullable(finite()),
  /** Our engine on the processor: what its threads do at best, and in convolutions. Null where it is not measured. */
  cpu: z.nullable(
    z.object({ threads: finite(), peakGflops: finite(), convGflops: z.nullable(finite()) }),
  ),
  /** With `--depths`: of each network its blocks and what one of them costs, stem and classifier shared out. */
  depths: z.optional(z.array(depthSchema)),
  /** With `--profile`: our step, kernel by kernel. */
  profile: z.optional(profileSchema),
  /** The same of our engine on the processor. */
  cpuProfile: z.optional(profileSchema),
});

export type BenchReport = z.infer<typeof reportSchema>;

/** @throws Error when it is no report. */
export function parseReport(json: string): BenchReport {
  return reportSchema.parse(JSON.parse(json));
}

/** A Markdown table and two lines. */
export function reportLines(report: BenchReport): string[] {
  const { adapter, model, batch, precision, rows, peakGflops, convGflops, cpu, depths } = report;
  const [first] = rows;
  const table = rows.map((row) => {
    const ratio = first === undefined ? Number.NaN : row.stepMs / first.stepMs;
    return [
      row.threads === undefined ? row.engine : `${row.engine}, ${threadsText(row.threads)}`,
      row.stepMs.toFixed(1),
      `${ratio.toFixed(1)}×`,
      ...(row.threads === undefined
        ? [row.dispatches, row.submits, row.bindGroups, row.buffersCreated].map(count)
        : ['', '', '', '']),
      row.gpuBytes === 0 ? '' : (row.gpuBytes / 1e6).toFixed(1),
      row.cpuMs.toFixed(2),
    ];
  });
  return [
    `${adapter}, ${model}, batch ${batch}${precision === undefined ? '' : ', ours in half precision'}`,
    '',
    ...markdownTable(
      ['engine', 'step ms', '', 'dispatches', 'submits', 'bind groups', 'buffers', 'MB', 'CPU ms'],
      table,
    ),
    ...(peakGflops === null ? [] : ['', `adapter's peak: ${peakGflops.toFixed(1)} GFLOP/s`]),
    ...(convGflops === null || peakGflops === null
      ? []
      : [
          `our convolutions: ${convGflops.toFixed(1)} GFLOP/s, ${((100 * convGflops) / peakGflops).toFixed(0)} % of it`,
        ]),
    ...(cpu === null ? [] : ['', ...processorLines(cpu)]),
    ...(depths === undefined ? [] : ['', ...depthLines(depths)]),
    ...[report.profile, report.cpuProfile].flatMap((profile) =>
      profile === undefined ? [] : ['', profileMarkdown(profile).trimEnd()],
    ),
  ];
}

const threadsText = (threads: number): string =>
  `${threads} ${threads === 1 ? 'thread' : 'threads'}`;

function processorLines({ threads, peakGflops, convGflops }: NonNullable<BenchReport['cpu']>) {
  const peak = `processor's peak, ${threadsText(threads)}: ${peakGflops.toFixed(1)} GFLOP/s`;
  if (convGflops === null) return [peak];
  const share = ((100 * convGflops) / peakGflops).toFixed(0);
  return [peak, `our convolutions there: ${convGflops.toFixed(1)} GFLOP/s, ${share} % of it`];
}

/** Blocks may cost as much more or less than the shallowest network's, in milliseconds, bytes and dispatches. */
const BLOCK_TOLERANCE = 0.1;

function depthLines(depths: readonly DepthRow[]): string[] {
  const [first] = depths;
  const apart = (quantity: 'blockMs' | 'blockBytes' | 'blockDispatches', row: DepthRow): number =>
    first === undefined ? Number.NaN : row[quantity] / first[quantity] - 1;
  const rows = depths.map((row) => [
    `ResNet-${row.depth}`,
    `${row.blocks}`,
    row.blockMs.toFixed(2),
    percent(apart('blockMs', row)),
    (row.blockBytes / 1e6).toFixed(2),
    percent(apart('blockBytes', row)),
    row.blockDispatches.toFixed(1),
    percent(apart('blockDispatches', row)),
  ]);
  const head = ['network', 'blocks', 'ms a block', '', 'MB a block', '', 'dispatches a block', ''];
  const verdicts = (['blockMs', 'blockBytes', 'blockDispatches'] as const).map((quantity) => {
    const worst = Math.max(...depths.map((row) => apart(quantity, row)));
    return `${QUANTITIES[quantity]} ${worst <= BLOCK_TOLERANCE ? 'within' : 'NOT within'} 10 % (${percent(worst)} at most)`;
  });
  return [
    ...markdownTable(head, rows),
    '',
    `Deeper networks’ blocks cost: ${verdicts.join('; ')}.`,
  ];
}

const QUANTITIES = {
  blockMs: 'time',
  blockBytes: 'memory',
  blockDispatches: 'dispatches',
} as const;

const percent = (share: number): string =>
  `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)} %`;

const count = (value: number): string => (Number.isInteger(value) ? `${value}` : value.toFixed(1));

/** The first column aligned left, all others right. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}
