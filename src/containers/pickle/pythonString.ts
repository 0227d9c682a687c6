/** A string literal as Python 2's `repr` writes it: `'caf\xc3\xa9\n'`, one byte a character. */
import { fault } from './machine.ts';
import { bytesOf, type PickleValue } from './value.ts';
import { t } from '../../text/t.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"' },
};

/** @throws ContainerError if it is no literal. */
export function pythonString(literal: string): PickleValue {
  const quote = literal[0];
  if ((quote !== "'" && quote !== '"') || literal.length < 2 || !literal.endsWith(quote)) {
    return fault(t`a text without quotes`);
  }
  const text = literal
    .slice(1, -1)
    .replace(/\\(x[\da-fA-F]{2}|.)/g, (_, code: string) =>
      code.length === 3
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : (ESCAPES[code] ?? `\\${code}`),
    );
  const data = bytesOf(text);
  return data === null || data.every((byte) => byte < 128) ? text : { kind: 'bytes', data };
}
