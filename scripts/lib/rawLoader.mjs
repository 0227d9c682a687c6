/** Lets Node import any text file as a string, the way Vite does: `import code from './add.wgsl?raw'`. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as nodeModule from 'node:module';

const isRaw = (url) => url.endsWith('?raw');
const moduleOf = (text) => ({
  format: 'module',
  source: `export default ${JSON.stringify(text)};`,
  shortCircuit: true,
});

/** Hook of `module.register`. */
export async function load(url, context, nextLoad) {
  return isRaw(url) ? moduleOf(await readFile(new URL(url), 'utf8')) : nextLoad(url, context);
}

/** Hook of `module.register`. */
export async function resolve(specifier, context, nextResolve) {
  return isRaw(specifier) ? resolved(specifier, context) : nextResolve(specifier, context);
}

const resolved = (specifier, context) => ({
  url: new URL(specifier, context.parentURL).href,
  shortCircuit: true,
});

/** Installs the hooks: in this thread from Node 22.15 on, before that in Node's loader thread. */
export function installRawLoader() {
  if (nodeModule.registerHooks === undefined) {
    nodeModule.register(import.meta.url);
    return;
  }
  nodeModule.registerHooks({
    resolve: (specifier, context, nextResolve) =>
      isRaw(specifier) ? resolved(specifier, context) : nextResolve(specifier, context),
    load: (url, context, nextLoad) =>
      isRaw(url) ? moduleOf(readFileSync(new URL(url), 'utf8')) : nextLoad(url, context),
  });
}
