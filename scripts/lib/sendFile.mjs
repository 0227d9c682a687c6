/** One file over HTTP: GET and HEAD, single byte ranges, ETag. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Answers with the file at `path`, or a part of it. If there is no such file in `folder`, or only a link that leads out of
 * it, sends nothing and resolves to false.
 * @param headers sent with it
 */
export async function sendFile(request, response, folder, path, headers) {
  const found = (await isInside(folder, path)) ? await stat(path).catch(() => null) : null;
  if (!found?.isFile()) return false;
  const { size, mtimeMs } = found;
  const etag = `"${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}"`;
  for (const [name, value] of Object.entries({
    ...headers,
    ETag: etag,
    'Last-Modified': new Date(mtimeMs).toUTCString(),
    'Accept-Ranges': 'bytes',
  })) {
    response.setHeader(name, value);
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return true;
  }
  const ifRange = request.headers['if-range'];
  const wanted = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
  const range = parseRange(wanted, size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
    return true;
  }
  const { start, end } = range ?? { start: 0, end: size };
  response.setHeader('Content-Length', end - start);
  if (range !== null) response.setHeader('Content-Range', `bytes ${start}-${end - 1}/${size}`);
  response.writeHead(range === null ? 200 : 206);
  if (request.method === 'HEAD' || start === end) {
    response.end();
    return true;
  }
  // A client that disconnects midway is not our error.
  await pipeline(createReadStream(path, { start, end: end - 1 }), response).catch(() =>
    response.destroy(),
  );
  return true;
}

/** Whether `path` exists and lies in `folder` once all links are followed. */
async function isInside(folder, path) {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(path)]);
    return file.startsWith(root.endsWith(sep) ? root : root + sep);
  } catch {
    return false;
  }
}

/**
 * What a Range header asks of a file of `size` bytes: { start, end } (end exclusive), null for the whole file (also for
 * several ranges and for units other than bytes), or 'unsatisfiable'.
 */
export function parseRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < start) return null;
  return start < end ? { start, end } : 'unsatisfiable';
}
