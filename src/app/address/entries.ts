/** A value ↔ entries of the address: `model.stageDepths` → `9,9,9`, one for every field that is no object. */
import type * as z from 'zod/mini';
import { bare, hasLeaf, schemaAt, shapeOf } from './schema.ts';
import { readValue, writeValue } from './text.ts';
import { t } from '../../text/t.ts';

type Schema = z.core.$ZodType;

/** Path, dots between fields, to text; in the schema's order. */
export type Entries = ReadonlyMap<string, string>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** All of `value`, which fits `schema`; fields that are left out have no entry. */
export function entriesOf(schema: Schema, value: unknown, path = ''): Map<string, string> {
  const shape = shapeOf(schema);
  if (shape === null || !isObject(value)) {
    return new Map(value === undefined ? [] : [[path, writeValue(value)]]);
  }
  return new Map(
    Object.entries(shape).flatMap(([key, field]) => [
      ...entriesOf(field, value[key], join(path, key)),
    ]),
  );
}

/** Whether one path is a field of the other: only one of them can have an entry. */
const excludes = (a: string, b: string): boolean => a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

/**
 * Entries that make `base` into `wanted` by `overlaid`: those that differ, and empty ones for what is to be left out.
 * What the schema itself fills in where a field's other fields are there is left out.
 */
export function differing(schema: Schema, wanted: Entries, base: Entries): Map<string, string> {
  const written = new Map<string, string>();
  for (const [path, text] of wanted) {
    if (base.get(path) === text) continue;
    if (base.has(path) || text !== standardText(schema, path)) written.set(path, text);
  }
  const paths = [...wanted.keys()];
  for (const path of base.keys()) {
    if (wanted.has(path)) continue;
    const inItsPlace = paths.filter((other) => excludes(other, path));
    const [first] = inItsPlace;
    if (first === undefined) written.set(path, '');
    else if (!inItsPlace.some((other) => written.has(other)))
      written.set(first, wanted.get(first) ?? '');
  }
  return written;
}

/** What `path` is where only fields beside it are given. */
function standardText(schema: Schema, path: string): string | null {
  const at = schemaAt(schema, path.split('.'));
  const standard = at === null ? undefined : bare(at).standard;
  return standard === undefined ? null : writeValue(standard);
}

/** `base` with `added` in place of what it says of the same fields. */
export function overlaid(base: Entries, added: Entries): Map<string, string> {
  const result = new Map(base);
  for (const [path, text] of added) {
    for (const other of [...result.keys()]) if (excludes(other, path)) result.delete(other);
    result.set(path, text);
  }
  return result;
}

/**
 * The value that the entries say, unchecked: a text that its field cannot have is left as it is.
 * Entries of fields that there are not, and text that cannot be unescaped, must have been refused before.
 */
export function fieldsOf(schema: Schema, entries: Entries, path = ''): unknown {
  const text = entries.get(path);
  if (text !== undefined) {
    // An empty text leaves out what may be left out.
    return text === '' && bare(schema).isOptional ? undefined : readValue(schema, text);
  }
  const shape = shapeOf(schema);
  if (shape === null) return undefined;
  const fields = Object.entries(shape).flatMap(([key, field]) => {
    const value = fieldsOf(field, entries, join(path, key));
    return value === undefined ? [] : [[key, value] as const];
  });
  return fields.length === 0 && path !== '' ? undefined : Object.fromEntries(fields);
}

/** Why no field can have this entry, whatever else the address says; null where one can. */
export function entryFault(schema: Schema, path: string, text: string): string | null {
  const at = schemaAt(schema, path.split('.'));
  if (at === null) return t`There is no such field.`;
  if (!hasLeaf(at)) return t`This is a group of fields, which has no value of its own.`;
  try {
    readValue(at, text);
    return null;
  } catch {
    return t`Can’t be read: after % must come two hexadecimal digits of a character’s code.`;
  }
}
