import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serveFiles } from '../../src/data/testing/fileServer.ts';
import { findChromium } from './chromium.mjs';
import { copyData } from './fetchData.mjs';
import { missingPackages } from './install.mjs';

const folder = mkdtempSync(join(tmpdir(), 'setup-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('missingPackages', () => {
  const root = join(folder, 'project');
  const lock = (path: string, packages: object) =>
    writeFileSync(join(root, path), JSON.stringify({ packages }));

  it('names what is lacking or of another version, optional packages aside', () => {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    lock('package-lock.json', {
      '': { version: '1.0.0' },
      'node_modules/kept': { version: '1.0.0' },
      'node_modules/old': { version: '2.0.0' },
      'node_modules/@scope/lacking': { version: '1.0.0' },
      'node_modules/other-system': { version: '1.0.0', optional: true },
    });
    lock('node_modules/.package-lock.json', {
      'node_modules/kept': { version: '1.0.0' },
      'node_modules/old': { version: '1.9.0' },
    });
    expect(missingPackages(root)).toEqual(['old', '@scope/lacking']);
  });

  it('names everything on a fresh clone', () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    expect(missingPackages(root)).toEqual(['kept', 'old', '@scope/lacking']);
  });
});

describe('findChromium', () => {
  const chrome = join(folder, 'chromium');

  it('takes CHROMIUM_PATH first, the usual places next, then PATH', async () => {
    writeFileSync(chrome, '');
    chmodSync(chrome, 0o755);
    expect(await findChromium({ CHROMIUM_PATH: chrome }, ['/bin/sh'])).toBe(chrome);
    expect(await findChromium({ PATH: folder }, ['/bin/sh'])).toBe('/bin/sh');
    expect(await findChromium({ PATH: `/nowhere:${folder}` }, [])).toBe(chrome);
  });

  it('refuses a CHROMIUM_PATH that cannot be run', async () => {
    const wrong = { CHROMIUM_PATH: join(folder, 'none') };
    await expect(findChromium(wrong, [])).rejects.toThrow(/CHROMIUM_PATH .* cannot be run/);
  });
});

describe('copyData', () => {
  const target = join(folder, 'target');
  const file = Buffer.from(`PAR1${'x'.repeat(5000)}PAR1`);

  it('copies from a folder and downloads from a URL', async () => {
    const source = join(folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'a.parquet'), file);
    expect(await copyData(source, target, 'a.parquet')).toBe(file.length);
    expect(readFileSync(join(target, 'a.parquet')).equals(file)).toBe(true);

    const server = await serveFiles(new Map(), (_, response) => {
      response.writeHead(200, { 'Content-Length': file.length }).end(file);
      return true;
    });
    expect(await copyData(`${server.origin}/files/`, target, 'b.parquet')).toBe(file.length);
    expect(server.requests[0]?.path).toBe('/files/b.parquet');
    await server.close();
  });

  it('keeps the old file and leaves no part behind where it fails', async () => {
    const server = await serveFiles(new Map(), (request, response) => {
      if (request.url === '/cut/a.parquet') {
        response.writeHead(200, { 'Content-Length': file.length });
        response.write(file.subarray(0, 100), () => response.destroy());
      } else if (request.url === '/short/a.parquet') response.end(file.subarray(0, 100));
      else if (request.url === '/page/a.parquet') response.end('<html>');
      else response.writeHead(404).end();
      return true;
    });
    const from = (path: string) => copyData(`${server.origin}/${path}`, target, 'a.parquet');
    await expect(from('cut')).rejects.toThrow(/broke off.*again/);
    await expect(from('short')).rejects.toThrow('a.parquet is cut short');
    await expect(from('page')).rejects.toThrow('a.parquet is no Parquet file');
    await expect(from('none')).rejects.toThrow('answers 404');
    await server.close();
    await expect(from('gone')).rejects.toThrow('cannot be reached');
    await expect(copyData(join(folder, 'empty'), target, 'a.parquet')).rejects.toThrow(
      'does not exist',
    );
    expect(readFileSync(join(target, 'a.parquet')).equals(file)).toBe(true);
    expect(readdirSync(target).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(existsSync(join(folder, 'empty'))).toBe(false);
  });
});
