/**
 * The order in which data flows through the source, kept by force: no file imports back up that order, and no files
 * import each other in a circle. Type imports count; test files and the folders `testing/` do not. And what decides a run's
 * weights gives the same bits everywhere.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folders of the program, each of which may import itself and those before it. Folders in one row are independent. */
const LAYERS: readonly (readonly string[])[] = [
  // A language is chosen before anything is said, also by what else stores things.
  ['src/storage/failure.ts'],
  ['src/storage/troubles.ts'],
  ['src/storage/webStorage.ts'],
  ['src/text'],
  ['src/chunk.ts'],
  ['src/storage'],
  ['src/rpc', 'src/containers'],
  ['src/data'],
  ['src/model'],
  ['src/weights'],
  ['src/engine'],
  ['src/training'],
  ['src/app'],
  ['src/charts'],
  ['src/ui'],
  ['src/main.tsx', 'headless'],
  ['bench'],
  ['faults'],
];

/** Within the engine: the plan knows no executor. TensorFlow.js also runs on our WebGPU device. */
const ENGINE_LAYERS: readonly (readonly string[])[] = [
  ['src/engine/errors.ts'],
  ['src/engine/api.ts'],
  ['src/engine/plan'],
  ['src/engine/webgpu', 'src/engine/cpu'],
  ['src/engine/tfjs'],
];

const imports = importsBySource(['src', 'headless', 'bench', 'faults']);

test('no file imports back up the order of the layers', () => {
  expect([...upwardImports(LAYERS), ...upwardImports(ENGINE_LAYERS)]).toEqual([]);
});

test('only the page imports React and zustand’s hooks', () => {
  const reactFiles = [...packagesBySource(['src'])]
    .filter(([, packages]) => packages.some((name) => /^react(-dom)?(\/|$)|^zustand$/.test(name)))
    .map(([file]) => file)
    .filter((file) => !/^src\/(ui|charts)\/|^src\/main\.tsx$/.test(file));
  expect(reactFiles).toEqual([]);
});

test('what decides a run’s weights calls no function whose last bits differ between browsers', () => {
  const places = ['src/containers', 'src/data', 'src/model', 'src/engine/plan', 'src/engine/cpu'];
  const files = [...productFiles(places), 'src/training/schedule.ts', 'src/training/images.ts'];
  // `data/elementary.ts` has those that are needed.
  const inexact = /Math\.(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log10|log1p|log2|pow|hypot|cbrt)\b/;
  expect(files.filter((file) => inexact.test(codeOf(file)))).toEqual([]);
});

test('the browser’s storage is reached through src/storage alone', () => {
  const direct =
    /\b(?:localStorage|sessionStorage|indexedDB|BroadcastChannel|openDB)\b|\bcaches\b\??\.(?:open|match|keys|has)\b|\bglobalThis\.caches\b|\bnavigator\b\??\.(?:storage|locks|clipboard)\b|\bhistory\.(?:replaceState|pushState)\b|\bgetDirectory\b/;
  const files = productFiles(['src']).filter((file) => !file.startsWith('src/storage/'));
  expect(files.filter((file) => direct.test(codeOf(file)))).toEqual([]);
});

test('whatever is imported late can be tried again', () => {
  const files = productFiles(['src']).filter((file) => file !== 'src/chunk.ts');
  const direct = /(?<!\b(?:loadChunk|deferred|lazily)\(\s*\(\) =>\s*)\bimport\(/;
  expect(files.filter((file) => direct.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circles(imports)).toEqual([]);
});

test('circles are found', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ]);
  expect(circles(graph)).toEqual([['a', 'b', 'c']]);
});

function upwardImports(layers: readonly (readonly string[])[]): string[] {
  const placeOf = (file: string) => {
    for (const [layer, folders] of layers.entries()) {
      const folder = folders.find((name) => file === name || file.startsWith(`${name}/`));
      if (folder !== undefined) return { layer, folder };
    }
    return null;
  };
  return [...imports].flatMap(([file, targets]) => {
    const from = placeOf(file);
    if (from === null) return [];
    return targets
      .filter((target) => {
        const to = placeOf(target);
        if (to === null || to.folder === from.folder) return false;
        return to.layer >= from.layer;
      })
      .map((target) => `${file} → ${target}`);
  });
}

/** Strongly connected files (Tarjan 1972), each circle and the list sorted. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) {
        lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(target) ?? 0));
      }
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found.sort();
}

/** Relative imports of each product file, as paths from the root. */
function importsBySource(folders: readonly string[]): Map<string, string[]> {
  const specifiers = /\b(?:from|import)\s*\(?\s*'(\.[^'?]+)(?:\?[^']*)?'/g;
  const entries = productFiles(folders).map((file): [string, string[]] => {
    const targets = [...readFileSync(join(ROOT, file), 'utf8').matchAll(specifiers)].map((match) =>
      join(dirname(file), match[1] ?? ''),
    );
    return [file, [...new Set(targets)].filter((target) => /\.tsx?$/.test(target))];
  });
  return new Map(entries);
}

/** Names of the packages that each product file imports. */
function packagesBySource(folders: readonly string[]): Map<string, string[]> {
  const specifiers = /\bfrom '([^.'][^']*)'/g;
  return new Map(
    productFiles(folders).map((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return [file, [...text.matchAll(specifiers)].map((match) => match[1] ?? '')];
    }),
  );
}

/** Without comments. */
const codeOf = (file: string): string =>
  readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');

function productFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
      .filter((path) => !/\.test\.tsx?$|(^|\/)testing\//.test(path)),
  );
}
