/**
 * Links in the documents. One to a line says in its title what stands there, `[text](../src/x.ts#L7 "class X")`; when
 * lines have moved, the failing test prints the number to write.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINK = /\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#L(\d+)|#[^)\s]*)?(?: "([^"]*)")?\)/g;

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

test.each(documents)('every relative link of %s leads where it says', (document) => {
  const links = [...readFileSync(join(ROOT, document), 'utf8').matchAll(LINK)];
  const faults = links.flatMap(([link, path = '', line, title]) => {
    const target = join(ROOT, dirname(document), path);
    if (!existsSync(target)) return [`${link}: there is no such file`];
    if (line === undefined) return [];
    if (title === undefined) return [`${link}: a link to a line needs a title`];
    const lines = readFileSync(target, 'utf8').split('\n');
    if (lines[Number(line) - 1]?.includes(title)) return [];
    const now = lines.findIndex((text) => text.includes(title)) + 1;
    return [`${link}: ${now === 0 ? 'the title stands nowhere in the file' : `now line ${now}`}`];
  });
  expect(faults).toEqual([]);
});
