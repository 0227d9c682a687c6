/** Writes `embed.html` beside the built page: the same page, to be shown in a frame, with headers of its own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { frameAncestors } from './frameAncestors.mjs';
import { EMBED_PAGE } from './headers.mjs';

/** The environment's variable that names the sites for `_headers`. */
const VARIABLE = 'FRAME_ANCESTORS';
const ROOT_TAG = '<html lang="en">';

export const embedPage = (): Plugin => ({
  name: 'embed-page',
  apply: 'build',
  writeBundle({ dir = '' }) {
    const page = readFileSync(join(dir, 'index.html'), 'utf8');
    if (!page.includes(ROOT_TAG)) throw new Error(`index.html has no ${ROOT_TAG}`);
    writeFileSync(
      join(dir, EMBED_PAGE),
      page.replace(ROOT_TAG, ROOT_TAG.replace('>', ' data-embed>')),
    );
    const headers = join(dir, '_headers');
    if (!existsSync(headers)) return;
    const ancestors = frameAncestors(process.env[VARIABLE]);
    writeFileSync(headers, framedBy(readFileSync(headers, 'utf8'), ancestors));
  },
});

/** A rule of `embed.html` in `_headers`, up to whom it lets frame the page. */
const EMBED_RULE = /^(\/embed(?:\.html)?\n(?: .*\n)*? .*frame-ancestors )'none'/gm;

/** The rules of `_headers` with these sites in those for `embed.html`. */
export function framedBy(rules: string, ancestors: string): string {
  if (!rules.match(EMBED_RULE)) throw new Error('_headers has no rules for embed.html');
  return rules.replaceAll(EMBED_RULE, (_, rule: string) => rule + ancestors);
}
