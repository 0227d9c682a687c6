/** What the address codec reads of a zod schema, so that fields added to the schema are in the address, too. */
import type * as z from 'zod/mini';

type Schema = z.core.$ZodType;

/** A schema with its wrappers (default, optional, …) taken off. */
interface Bare {
  readonly schema: z.core.$ZodTypes;
  /** May be left out, and has no default then. */
  readonly isOptional: boolean;
  /** What it is where it is left out; undefined: not said by its wrappers. */
  readonly standard: unknown;
}

/** The introspection that zod documents: every schema is one of `$ZodTypes`, told apart by `def.type`. */
const known = (schema: Schema) => schema as z.core.$ZodTypes;

export function bare(wrapped: Schema): Bare {
  let schema = known(wrapped);
  let isOptional = false;
  let standard: unknown;
  for (;;) {
    const { def } = schema._zod;
    switch (def.type) {
      case 'optional':
        isOptional = true;
        break;
      case 'default':
      case 'prefault':
        standard ??= def.defaultValue;
        break;
      case 'readonly':
      case 'nonoptional':
        break;
      default:
        return { schema, isOptional, standard };
    }
    schema = known(def.innerType);
  }
}

/** The fields of an object schema, also where it is one option of a union; null where there is none. */
export function shapeOf(wrapped: Schema): Readonly<Record<string, Schema>> | null {
  const { schema } = bare(wrapped);
  const { def } = schema._zod;
  if (def.type === 'object') return def.shape;
  if (def.type !== 'union') return null;
  const objects = def.options.map(shapeOf).filter((shape) => shape !== null);
  return objects.length === 0 ? null : Object.assign({}, ...objects);
}

/** Whether something else than an object fits, which is then one entry of the address. */
export function hasLeaf(wrapped: Schema): boolean {
  const { def } = bare(wrapped).schema._zod;
  if (def.type === 'union') return def.options.some(hasLeaf);
  return def.type !== 'object';
}

/** The schema at `path`; null where there is no such field. */
export function schemaAt(schema: Schema, path: readonly string[]): Schema | null {
  let at: Schema | null = schema;
  for (const key of path) {
    const shape: Readonly<Record<string, Schema>> | null = at === null ? null : shapeOf(at);
    at = shape !== null && Object.hasOwn(shape, key) ? (shape[key] ?? null) : null;
  }
  return at;
}
