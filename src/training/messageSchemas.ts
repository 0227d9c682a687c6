/** Parts that several messages have in common. */
import * as z from 'zod/mini';

export const runIdSchema = z.string().check(z.minLength(1), z.maxLength(100));

const tensorSchema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  shape: z.array(z.int().check(z.minimum(0))).check(z.maxLength(4)),
  data: z.instanceof(Float32Array),
});

export const namedTensorsSchema = z.array(tensorSchema).check(z.maxLength(65_536));
