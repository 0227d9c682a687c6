/** Builds the service worker for what a build of the page wrote, and puts the content security policy into the page. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import type { Build } from '../../src/serviceWorker/pageFiles.ts';
import { EMBED_PAGE, META_POLICY, SECURITY_HEADERS } from './headers.mjs';
import { ROOT } from './install.mjs';

const SOURCE = join(ROOT, 'src', 'serviceWorker', 'serviceWorker.ts');
export const SERVICE_WORKER = 'serviceWorker.js';
/** For hosts, and for other sites: not for visits without a network. */
const NOT_THE_PAGE = ['_headers', EMBED_PAGE, SERVICE_WORKER];

/** Scripts of TensorFlow.js, half of the build: browsers that train with it keep it from their first visit on. */
const tensorflow = new Set<string>();

/** Notes which scripts hold TensorFlow.js. For the page's build and those of its workers. */
export const noteTensorflow = (): Plugin => ({
  name: 'note-tensorflow',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      const isTensorflow =
        file.type === 'chunk'
          ? file.moduleIds.some((id) => id.includes('/@tensorflow/'))
          : file.fileName.includes('tfjs-backend');
      if (isTensorflow) tensorflow.add(file.fileName);
    }
  },
});

export const serviceWorker = (): Plugin => ({
  name: 'service-worker',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: META_POLICY },
      injectTo: 'head-prepend',
    },
  ],
  // The page's files, those of `public/` included, are all there by then.
  async writeBundle({ dir = '' }) {
    const source = await compiled(buildIn(dir));
    writeFileSync(join(dir, SERVICE_WORKER), source);
  },
});

/** Describes the page in a folder. */
export function buildIn(folder: string): Build {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
    .filter((path) => !NOT_THE_PAGE.includes(path))
    .sort();
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const [entry] = /assets\/index-[\w-]+\.js/.exec(page) ?? [];
  if (entry === undefined) throw new Error('index.html names no script');
  const hash = createHash('sha256');
  for (const path of all) hash.update(path).update(readFileSync(join(folder, path)));
  return {
    id: hash.digest('hex').slice(0, 16),
    files: all.filter((path) => !tensorflow.has(path)),
    entry,
    headers: SECURITY_HEADERS,
  };
}

async function compiled(described: Build): Promise<string> {
  const result = await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    define: { BUILD: JSON.stringify(described) },
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: { input: SOURCE, output: { format: 'iife' } },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  const script = first !== undefined && 'output' in first ? first.output[0] : undefined;
  if (script?.type !== 'chunk') throw new Error('the service worker was not built');
  return script.code;
}
