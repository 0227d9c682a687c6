/**
 * Python fragments with alternatives. Each is valid Python; lines between `# [if …]` and `# [end]` stay only if all of
 * the named flags hold (`!flag`: if it does not hold). `# [else]` separates the alternatives. Blocks nest.
 */
import type { Flags } from './flags.ts';

const MARKER = /^\s*# \[(if ([!\w ]+)|else|end)\]$/;

/**
 * The fragment for these flags, with every `__NAME__` in it replaced by `names[NAME]`.
 * @throws Error if a marker, flag or name is unknown or a block is not closed: a fault in the fragment.
 */
export function fragment(
  source: string,
  flags: Flags,
  names: Readonly<Record<string, string>>,
): string {
  const open: boolean[] = [];
  const kept: string[] = [];
  for (const line of source.split('\n')) {
    const [marker, word, condition] = MARKER.exec(line) ?? [];
    if (marker === undefined) {
      if (open.every(Boolean)) kept.push(line);
    } else if (condition !== undefined) {
      open.push(condition.split(' ').every((flag) => holds(flags, flag)));
    } else {
      const last = open.pop();
      if (last === undefined) throw new Error(`${marker.trim()} without an if`);
      if (word === 'else') open.push(!last);
    }
  }
  if (open.length > 0) throw new Error('an if without its end');
  return kept.join('\n').replaceAll(/__([A-Z]+)__/g, (_, name: string) => {
    const value = names[name];
    if (value === undefined) throw new Error(`no value for __${name}__`);
    return value;
  });
}

function holds(flags: Flags, flag: string): boolean {
  const name = flag.replace('!', '');
  const value = new Map(Object.entries(flags)).get(name);
  if (value === undefined) throw new Error(`no flag ${name}`);
  return flag.startsWith('!') ? !value : value;
}
