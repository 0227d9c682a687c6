/** Reading `KernelChoices` back. */
import * as z from 'zod/mini';
import type { KernelChoices } from './api.ts';

const schema = z.record(z.string().check(z.maxLength(400)), z.string().check(z.maxLength(100)));

/** Choices from data of unknown origin: a record, a file, a store. Null if it does not hold any. */
export function parseChoices(data: unknown): KernelChoices | null {
  const result = schema.safeParse(data);
  return result.success ? result.data : null;
}
