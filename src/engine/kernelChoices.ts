/** Reading `KernelChoices` back. */
import type { KernelChoices } from './api.ts';

const MOST_ID_CHARACTERS = 400;
const MOST_CHOICE_CHARACTERS = 100;

/** Choices from data of unknown origin: a record, a file, a store. Null if it does not hold any. */
export function parseChoices(data: unknown): KernelChoices | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const choices: Record<string, string> = {};
  for (const [id, choice] of Object.entries(data)) {
    if (id.length > MOST_ID_CHARACTERS) return null;
    if (typeof choice !== 'string' || choice.length > MOST_CHOICE_CHARACTERS) return null;
    choices[id] = choice;
  }
  return choices;
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
