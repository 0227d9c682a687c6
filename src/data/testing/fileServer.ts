/** A test server that behaves like the hub's storage, or misbehaves as instructed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface ServedRequest {
  readonly path: string;
  readonly range: string | undefined;
}

export interface FileServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly requests: ServedRequest[];
  close(): Promise<void>;
}

/** Answers a request and returns true, or leaves it to the server. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
  requests: readonly ServedRequest[],
) => boolean;

/** Headers that the hub's storage sends to pages of other origins. */
const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Range, ETag, Accept-Ranges, Content-Length',
};

/** Serves `files` by path with HTTP Range; reads them at each request, so they may change. */
export async function serveFiles(
  files: ReadonlyMap<string, Uint8Array>,
  intercept: Intercept = () => false,
): Promise<FileServer> {
  const requests: ServedRequest[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, range: request.headers.range });
    if (intercept(request, response, requests)) return;
    const file = files.get(path);
    if (file === undefined) response.writeHead(404, CORS).end('Entry not found');
    else sendPart(file, request.headers.range, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendPart(file: Uint8Array, range: string | undefined, response: ServerResponse): void {
  const { start, end, headers } = part(file, range);
  response.writeHead(206, headers).end(file.subarray(start, end));
}

function part(file: Uint8Array, range: string | undefined) {
  // Suffix ranges need a preflight request, which the hub's storage did not always answer.
  const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
  if (match === null) throw new Error(`unexpected Range: ${range}`);
  const start = Number(match[1]);
  const end = Math.min(file.length, Number(match[2]) + 1);
  const headers = {
    ...CORS,
    'Accept-Ranges': 'bytes',
    'Content-Range': `bytes ${start}-${end - 1}/${file.length}`,
    'Content-Length': end - start,
    ETag: `"${file.length}"`,
  };
  return { start, end, headers };
}

/** Sends half of the requested range, then drops the connection. */
export function breakOff(file: Uint8Array, range: string | undefined, response: ServerResponse) {
  const { start, end, headers } = part(file, range);
  response.writeHead(206, headers);
  response.write(file.subarray(start, start + Math.floor((end - start) / 2)), () =>
    response.destroy(),
  );
}

/** Sends the whole file, whatever range was requested. */
export function ignoreRange(file: Uint8Array, response: ServerResponse): void {
  response.writeHead(200, { ...CORS, 'Content-Length': file.length }).end(file);
}
