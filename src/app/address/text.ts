/** One value ↔ its text in the address: `9,9,9`, `on`, `basic`. The schema says how a text is read. */
import * as z from 'zod/mini';
import { bare } from './schema.ts';

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['off', false],
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** Escapes what would end a value; commas, which part the items of a list, too. */
const escaped = (text: string): string =>
  // Half a character can't be escaped.
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replaceAll('%20', '+')
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/');

/** @throws URIError where a `%` is not followed by what it should be. */
const unescaped = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'));

export function writeValue(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'on' : 'off';
    case 'number':
      return escaped(String(value));
    case 'string':
      return escaped(value);
    default:
      return Array.isArray(value)
        ? value.map(writeValue).join(',')
        : escaped(JSON.stringify(value));
  }
}

/**
 * What the text says as the schema's kind of value; the text itself where it says no such thing, for the schema to refuse.
 * @throws URIError for text that cannot be unescaped.
 */
export function readValue(wrapped: z.core.$ZodType, text: string): unknown {
  const { def } = bare(wrapped).schema._zod;
  switch (def.type) {
    case 'tuple':
      return text.split(',').map((item, i) => {
        const kind = def.items[i];
        return kind === undefined ? item : readValue(kind, item);
      });
    case 'array':
      return text === '' ? [] : itemsOf(text, def.element);
    case 'number': {
      const plain = unescaped(text.replaceAll('+', '%2B'));
      return NUMBER.test(plain) ? Number(plain) : plain;
    }
    case 'boolean': {
      const plain = unescaped(text);
      return FLAGS.get(plain) ?? plain;
    }
    case 'union': {
      for (const option of def.options) {
        const value = readValue(option, text);
        if (z.safeParse(option, value).success) return value;
      }
      return unescaped(text);
    }
    case 'string':
    case 'enum':
    case 'literal':
      return unescaped(text);
    default:
      return readJson(unescaped(text));
  }
}

/** The commas between them may come escaped; only JSON has commas of its own. */
function itemsOf(text: string, element: z.core.$ZodType): unknown {
  if (bare(element).schema._zod.def.type === 'object') return readJson(`[${unescaped(text)}]`);
  return text.split(/,|%2C/i).map((item) => readValue(element, item));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
