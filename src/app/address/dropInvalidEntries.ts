/** Drops entries one by one until what remains is valid. */
import type { ConfigIssue } from '../../model/errors.ts';

export type Checked<T> = { readonly value: T } | { readonly faults: readonly ConfigIssue[] };

/**
 * @param given entries, of which those at fault are deleted; with none left the check must succeed.
 * @param check looks at `given` as it is now.
 * @param refuse told of every entry that is deleted.
 */
export function dropInvalidEntries<T>(
  given: Map<string, string>,
  check: () => Checked<T>,
  refuse: (path: string, message: string) => void,
): T {
  for (;;) {
    const checked = check();
    if ('value' in checked) return checked.value;
    const [fault] = checked.faults;
    if (given.size === 0 || fault === undefined)
      throw new Error('The defaults themselves are invalid.');
    for (const path of blamed(given, fault, check)) {
      given.delete(path);
      refuse(path, fault.message);
    }
  }
}

/** The field itself, its parts or what it is a part of; else the one entry without which all is well; else all. */
function blamed<T>(
  given: Map<string, string>,
  { field }: ConfigIssue,
  check: () => Checked<T>,
): string[] {
  const paths = [...given.keys()];
  const at = paths.filter((path) => isWithin(field, path) || isWithin(path, field));
  if (at.length > 0) return at;
  // Fields that must fit each other: the one complained of is not given, so another one is wrong.
  const single = paths.toReversed().find((path) => isWellWithout(given, path, check));
  return single === undefined ? paths : [single];
}

/** `model.stageWidths[1]` is within `model.stageWidths` and `model`. */
const isWithin = (path: string, outer: string): boolean =>
  path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);

function isWellWithout<T>(
  given: Map<string, string>,
  path: string,
  check: () => Checked<T>,
): boolean {
  const kept = [...given];
  given.delete(path);
  const { value } = { value: undefined, ...check() };
  given.clear();
  for (const [key, text] of kept) given.set(key, text);
  return value !== undefined;
}
