/** Reading `KernelChoices` back. */
import * as z from 'zod/mini';
import type { KernelChoices } from './api.ts';

const schema = z.record(z.string().check(z.maxLength(400)), z.string().check(z.maxLength(100)));

/** Choices from data of unknown origin: a record, a file, a store. Null if it does not hold any. */
export function parseChoices(data: unknown): KernelChoices | null {
  const result = schema.safeParse(data);
  return result.success ? result.data : null;
}

/** Choices of an adapter that are kept; the oldest go first. */
const MOST_CHOICES = 4000;

/** The valid ones of what a store holds; one that is damaged hides no other. */
export function validChoices(kept: unknown): KernelChoices {
  const all = parseChoices(kept);
  if (all !== null) return all;
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter(([id, choice]) => parseChoices({ [id]: choice }) !== null),
  );
}

/** What a store holds once `found` is added to what it `kept`. */
export const withChoices = (kept: unknown, found: KernelChoices): KernelChoices =>
  Object.fromEntries(Object.entries({ ...validChoices(kept), ...found }).slice(-MOST_CHOICES));
