/** Images from a mirror, from elsewhere where it has none, and what is said of damaged files. */
import { ChunkError } from '../chunk.ts';
import { describe, expect, it } from 'vitest';
import { DataError } from './dataError.ts';
import { openDataset } from './dataset.ts';
import { hubAt, SOURCES } from './sources.ts';
import { breakOff, type Intercept, ignoreRange } from './testing/fileServer.ts';
import { parquetFixture } from './testing/parquetFixture.ts';
import type { ImageChunk } from './types.ts';
import {
  train,
  test,
  TRAIN,
  TEST,
  REQUEST,
  mirror,
  open,
  readAll,
  assemble,
  expectImages,
  message,
} from './testing/cifarMirror.ts';

const BYTES = train.file.length + test.file.length;

describe('CIFAR-10 from the mirror', () => {
  it('gives every image of both splits, training first', async () => {
    const server = await mirror();
    const dataset = open(server);
    expect(await dataset.info).toMatchObject({
      origin: 'mirror',
      title: 'CIFAR-10 (this server)',
      isCifar10: true,
      train: 1350,
      test: 150,
      unavailable: [],
    });
    const { chunks, error } = await readAll(dataset);
    expect(error).toBeNull();
    expectImages(chunks, 'train', train.images);
    expectImages(chunks, 'test', test.images);
    const firstTest = chunks.findIndex(({ split }) => split === 'test');
    const before = chunks.slice(0, firstTest).reduce((sum, { count }) => sum + count, 0);
    expect(before).toBeGreaterThanOrEqual(1000);
    expect(dataset.progress).toMatchObject({ trainImages: 1350, testImages: 150, done: true });
    expect(dataset.progress.bytesFetched).toBeLessThan(BYTES * 1.2);
  });

  it('fetches row groups together: few requests, and only plain ranges', async () => {
    const server = await mirror();
    await readAll(open(server));
    expect(server.requests.length).toBeLessThanOrEqual(10);
    for (const { range } of server.requests) expect(range).toMatch(/^bytes=\d+-\d+$/);
  });

  it('gives as many images as requested, and fetches no more chunks than needed', async () => {
    const server = await mirror();
    const dataset = open(server, {}, { ...REQUEST, train: 130, test: 0 });
    const { chunks } = await readAll(dataset);
    expect(assemble(chunks, 'train').labels).toEqual(train.images.labels.subarray(0, 130));
    expect(await dataset.info).toMatchObject({ train: 130, test: 0 });
    expect(server.requests.some(({ path }) => path === TEST)).toBe(false);
  });

  it('tries again after a broken connection, and continues', async () => {
    let broken = 0;
    const server = await mirror((request, response, requests) => {
      if (request.url !== TRAIN || requests.length < 5 || broken === 2) return false;
      broken++;
      breakOff(train.file, request.headers.range, response);
      return true;
    });
    const { chunks, error } = await readAll(open(server));
    expect(error).toBeNull();
    expect(broken).toBe(2);
    expectImages(chunks, 'train', train.images);
  });

  it('keeps what arrived and says what to do when the connection stays broken', async () => {
    const half = train.file.length / 2;
    const server = await mirror((request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
      // The footer is at the end and must be readable.
      if (request.url !== TRAIN || start < half || start > train.file.length - 70_000) return false;
      breakOff(train.file, request.headers.range, response);
      return true;
    });
    const { chunks, error } = await readAll(open(server));
    expect(error).toMatchObject({ name: 'DataError', kind: 'interrupted' });
    expect(message(error)).toMatch(/was interrupted .*3 attempts.*are kept.*load again/);
    const arrived = assemble(chunks, 'train');
    expect(arrived.labels.length).toBeGreaterThan(0);
    expect(arrived.labels).toEqual(train.images.labels.subarray(0, arrived.labels.length));
  });

  it('reports a stalled server once all attempts together have waited', async () => {
    const half = train.file.length / 2;
    const server = await mirror((request) => {
      const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
      return request.url === TRAIN && start >= half && start <= train.file.length - 70_000;
    });
    const sources = SOURCES.cifar10.slice(0, 1);
    const patience = { stallMs: 2000, retryDelaysMs: [1, 1, 1, 1, 1] };
    const { error } = await readAll(open(server, { sources, ...patience }));
    expect(error).toMatchObject({ name: 'DataError', kind: 'interrupted' });
    // Each of six would have waited that long.
    expect(message(error)).toMatch(/was interrupted \(no answer; [23] attempts\)/);
  });

  it('blames missing code, not the images that were being read with it', async () => {
    const missing = new ChunkError('pages.js');
    const open = async () => {
      throw new DataError('broken', 'image 3 is broken', { cause: missing });
    };
    const dataset = openDataset(REQUEST, { baseUrl: null, sources: [{ open }] });
    await expect(dataset.info).rejects.toMatchObject({
      kind: 'interrupted',
      message: missing.message,
    });
  });

  it('reads from a server that ignores ranges', async () => {
    const server = await mirror((request, response) => {
      ignoreRange(request.url === TRAIN ? train.file : test.file, response);
      return true;
    });
    const { chunks, error } = await readAll(open(server));
    expect(error).toBeNull();
    expectImages(chunks, 'train', train.images);
    expect(server.requests.length).toBe(2);
  });

  it('notices that the file changed while it was being read', async () => {
    const files = new Map([
      [TRAIN, train.file],
      [TEST, test.file],
    ]);
    const server = await mirror(undefined, files);
    const dataset = open(server);
    const chunks: ImageChunk[] = [];
    const reading = async () => {
      for await (const chunk of dataset) {
        chunks.push(chunk);
        files.set(TRAIN, train.file.slice(0, -1));
      }
    };
    await expect(reading()).rejects.toThrow(/changed while it was being read/);
    expect(assemble(chunks, 'train').labels[0]).toBe(train.images.labels[0]);
  });

  it('stops when told to', async () => {
    const server = await mirror();
    const stop = new AbortController();
    const dataset = open(server, { signal: stop.signal });
    const reading = async () => {
      for await (const _ of dataset) stop.abort(new Error('stopped by the user'));
    };
    await expect(reading()).rejects.toThrow('stopped by the user');
  });
});

describe('what is not there', () => {
  const nothing = async (intercept?: Intercept) => mirror(intercept, new Map());

  it('falls back to the hub, through its redirect, and names the reason', async () => {
    const storage = await mirror();
    const server = await nothing((request, response) => {
      if (!request.url?.startsWith('/hub/')) return false;
      const target = `${storage.origin}/data/cifar10/${request.url.slice('/hub/'.length)}`;
      response.writeHead(302, { Location: target, 'Access-Control-Allow-Origin': '*' }).end();
      return true;
    });
    const [fromMirror, , synthetic] = SOURCES.cifar10;
    if (fromMirror === undefined || synthetic === undefined) throw new Error('sources are missing');
    const sources = [fromMirror, hubAt(`${server.origin}/hub/`), synthetic];
    const dataset = open(server, { sources });
    const info = await dataset.info;
    expect(info).toMatchObject({ origin: 'hub', isCifar10: true });
    expect(info.unavailable).toEqual([
      expect.stringMatching(/train.*parquet answers 404|test.*parquet answers 404/),
    ]);
    const { chunks, error } = await readAll(dataset);
    expect(error).toBeNull();
    expectImages(chunks, 'train', train.images);
    // Later ranges go to the storage directly.
    expect(server.requests.filter(({ path }) => path.startsWith('/hub/')).length).toBe(2);
  });

  it('treats a web page in place of a file as a missing file', async () => {
    const server = await nothing((_, response) => {
      response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<!doctype html><title>Home</title>');
      return true;
    });
    const sources = SOURCES.cifar10.slice(0, 1);
    await expect(open(server, { sources }).info).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('falls back to synthetic shapes at last, labelled as not CIFAR-10', async () => {
    const server = await nothing();
    const sources = [
      ...SOURCES.cifar10.slice(0, 1),
      hubAt(`${server.origin}/gone/`),
      ...SOURCES.synthetic,
    ];
    const dataset = open(server, { sources }, { ...REQUEST, train: 300, test: 60 });
    const info = await dataset.info;
    expect(info).toMatchObject({
      origin: 'synthetic',
      isCifar10: false,
      citation: null,
      train: 300,
      test: 60,
    });
    expect(info.title).toMatch(/not CIFAR-10/);
    expect(info.unavailable.length).toBe(2);
    expect(assemble((await readAll(dataset)).chunks, 'train').labels.length).toBe(300);
  });

  it('says that own images are not available', async () => {
    const server = await nothing();
    const dataset = open(server, {}, { ...REQUEST, source: 'own' });
    await expect(dataset.info).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

describe('damaged files', () => {
  const faults: [string, Uint8Array, RegExp][] = [
    ['garbage', new Uint8Array(5000).fill(7), /not a Parquet file/],
    ['a file cut short', train.file.slice(0, 300_000), /cut short/],
    ['a file with nothing in it', train.file.slice(0, 8), /8 bytes are too few/],
    [
      'an impossible footer',
      withFooterLength(train.file, 0x7fffffff),
      /footer claims 2147483647 bytes/,
    ],
    ['a damaged footer', withFooterLength(train.file, 100), /footer is damaged|claims|no rows/],
    [
      'bytes that are no PNG',
      parquetFixture({ count: 5, changePng: (png, i) => (i === 3 ? png.slice(4) : png) }).file,
      /image 3: not a PNG/,
    ],
    [
      'a PNG with a flipped bit',
      parquetFixture({ count: 5, changePng: (png, i) => (i === 2 ? flipBit(png) : png) }).file,
      /image 2: wrong checksum/,
    ],
    [
      'a label out of range',
      parquetFixture({ count: 5, changeLabel: (label, i) => (i === 4 ? 10 : label) }).file,
      /image 4: label 10 is not 0–9/,
    ],
  ];
  it.each(faults)('names the fault: %s', async (_, file, fault) => {
    const server = await mirror(
      undefined,
      new Map([
        [TRAIN, file],
        [TEST, test.file],
      ]),
    );
    const { error } = await readAll(open(server));
    expect(error).toMatchObject({ name: 'DataError', kind: 'broken' });
    expect(message(error)).toMatch(fault);
    expect(message(error)).toContain('train-00000-of-00001.parquet');
  });
});

function withFooterLength(file: Uint8Array, length: number): Uint8Array {
  const changed = file.slice();
  new DataView(changed.buffer).setUint32(changed.length - 8, length, true);
  return changed;
}

function flipBit(png: Uint8Array): Uint8Array {
  const changed = png.slice();
  changed[100] = (changed[100] ?? 0) ^ 1;
  return changed;
}
