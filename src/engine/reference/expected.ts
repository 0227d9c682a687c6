/** PyTorch's answer to a reference case: `reference/<case>/expected.json`, float64. */
import * as z from 'zod/mini';

const number = z.number();

export const expectedSchema = z.object({
  steps: z.array(
    z.object({
      step: z.int(),
      loss: number,
      accuracy: number,
      /** By parameter name, before weight decay. */
      gradNorm: z.record(z.string(), number),
    }),
  ),
  /** The first batch in evaluation mode, with the final weights and running statistics, or their averages. */
  evalLossBatch0: number,
  /** [batchSize][classes] */
  evalLogitsBatch0: z.array(z.array(number)),
  parameters: z.int(),
});

export type Expected = z.infer<typeof expectedSchema>;
