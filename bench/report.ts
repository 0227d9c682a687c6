/** The bench's result: its JSON, and the same as a table. */
import * as z from 'zod/mini';
import { profileMarkdown } from '../src/engine/profiler/format.ts';

const finite = () => z.number();

const profileSchema = z.object({
  adapter: z.string(),
  parameters: finite(),
  batchSize: finite(),
  method: z.enum(['timestamps', 'submits']),
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
      }),
    ),
  ),
});

/** Contract: other programs read this. */
export const reportSchema = z.object({
  adapter: z.string(),
  model: z.string(),
  batch: finite(),
  rows: z.array(
    z.object({
      engine: z.string(),
      /** Median over the rounds; on the null adapter nothing is executed. */
      stepMs: finite(),
      dispatches: finite(),
      submits: finite(),
      bindGroups: finite(),
      buffersCreated: finite(),
      /** All buffers of the engine's device, at the worst moment. */
      gpuBytes: finite(),
      /** CPU time to issue a step, on the null backend. */
      cpuMs: finite(),
    }),
  ),
  /** The adapter's own rate of fused multiply-adds; null on the null adapter. */
  peakGflops: z.nullable(finite()),
  /** Of all convolution kernels of our step; null without our engine, and on the null adapter. */
  convGflops: z.nullable(finite()),
  /** With `--profile`: our step, kernel by kernel. */
  profile: z.optional(profileSchema),
});

export type BenchReport = z.infer<typeof reportSchema>;

/** @throws Error when it is no report. */
export function parseReport(json: string): BenchReport {
  return reportSchema.parse(JSON.parse(json));
}

/** A Markdown table and two lines. */
export function reportLines(report: BenchReport): string[] {
  const { adapter, model, batch, rows, peakGflops, convGflops, profile } = report;
  const [first] = rows;
  const table = rows.map((row) => {
    const ratio = first === undefined ? Number.NaN : row.stepMs / first.stepMs;
    return [
      row.engine,
      row.stepMs.toFixed(1),
      `${ratio.toFixed(1)}×`,
      count(row.dispatches),
      count(row.submits),
      count(row.bindGroups),
      count(row.buffersCreated),
      (row.gpuBytes / 1e6).toFixed(1),
      row.cpuMs.toFixed(2),
    ];
  });
  return [
    `${adapter}, ${model}, batch ${batch}`,
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
    ...(profile === undefined ? [] : ['', profileMarkdown(profile).trimEnd()]),
  ];
}

const count = (value: number): string => (Number.isInteger(value) ? `${value}` : value.toFixed(1));

/** The first column aligned left, all others right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}
