/** What is kept of a finished arm: enough for figure, table and verdict, small enough to keep forever. */
import * as z from 'zod/mini';

const numbers = z.array(z.number());

export const armResultSchema = z.object({
  arm: z.string(),
  name: z.string(),
  /** Identifies config and changes, so that no result of other settings is taken for this one's. */
  fingerprint: z.string(),
  /** Steps done. */
  steps: z.number(),
  parameters: z.number(),
  /** Multiply-adds per image. */
  macs: z.number(),
  /** Means over equal stretches of steps; `step` is the last of each, `error` in per cent. */
  curve: z.object({ step: numbers, loss: numbers, error: numbers }),
  /** Training error in per cent and loss over the last eighth of the steps, and the images they were measured on. */
  end: z.object({ error: z.number(), loss: z.number(), images: z.number() }),
  /** Weight layers by depth, input first, with their gradient norms averaged over the first steps. */
  profile: z.object({ layer: z.array(z.string()), gradNorm: numbers }),
  /**
   * Gradient norms of the first layer and of the last convolution as it trains: geometric means over stretches of steps
   * that end with `step`, the first of them step 0 alone. Steps whose norms are not finite are left out. Results kept
   * before it was measured have none.
   */
  flow: z.optional(z.object({ step: numbers, first: numbers, last: numbers })),
  /** Tests as it trained, with the epochs before each; `error` in per cent, of as many images as time allowed. Likewise. */
  tests: z.optional(z.object({ epochs: numbers, error: numbers })),
  /** Test error in per cent; null where nothing was tested. */
  test: z.nullable(z.object({ error: z.number(), images: z.number() })),
  /** Milliseconds of training, together with the arms beside it. */
  trainMs: z.number(),
  marks: z.array(z.object({ step: z.number(), label: z.string() })),
  /** The step at which a number was no longer finite. */
  divergedAt: z.nullable(z.number()),
  adapter: z.string(),
  /** What it was trained on: the data set's title. */
  images: z.object({ title: z.string(), isCifar10: z.boolean() }),
});

export type ArmResult = z.infer<typeof armResultSchema>;
