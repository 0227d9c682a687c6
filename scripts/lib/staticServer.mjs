/** Serves the built page on this machine, with the headers a static host would send. */
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { dataMiddleware } from './dataMiddleware.mjs';
import { IMMUTABLE, SECURITY_HEADERS } from './headers.mjs';
import { sendFile } from './sendFile.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
/** How many ports are tried in a row. */
const PORTS_TRIED = 20;

/**
 * Names of this machine. A page of another site whose name was pointed here sends its own ("DNS rebinding"), and would
 * otherwise read what is served here.
 */
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A request listener for the files of `root` and the data files of `data`. */
export function pageListener(root, data) {
  const serveData = dataMiddleware(data);
  return (request, response) => {
    if (!isLocal(request.headers.host)) {
      response.writeHead(421, { 'Content-Type': 'text/plain; charset=utf-8' });
      return response.end('This server answers only at localhost.\n');
    }
    return serveData(request, response, () => servePage(root, request, response));
  };
}

/** @param host of the request: a name and maybe a port */
function isLocal(host = '') {
  return LOCAL_HOSTS.has(host.toLowerCase().replace(/:\d*$/, ''));
}

async function servePage(root, request, response) {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const refuse = (status, text) =>
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(405, 'Only GET and HEAD.');
  }
  const path = filePath(root, request.url ?? '/');
  if (path === null) return refuse(400, 'Not a path.');
  const sent = await sendFile(request, response, root, path, {
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    'Cache-Control': path.startsWith(join(root, 'assets') + sep) ? IMMUTABLE : 'no-cache',
  });
  if (!sent) refuse(404, 'No such file.');
}

/** The file that a URL names, always inside `root`; null for any other URL. */
export function filePath(root, url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '');
  } catch {
    return null;
  }
  if (!path.startsWith('/') || path.includes('\0') || path.includes('\\')) return null;
  if (path.split('/').includes('..')) return null;
  const file = normalize(join(root, path.endsWith('/') ? `${path}index.html` : path));
  return file.startsWith(root.endsWith(sep) ? root : root + sep) ? file : null;
}

/**
 * Listens on this machine only (127.0.0.1 and, if there is IPv6, ::1), on `port` or the next free one.
 * @returns the URL, and a function that stops the server
 */
export async function serve(listener, port) {
  const server = createServer(listener);
  const taken = await listenOnFreePort(server, port);
  const six = createServer(listener);
  // Browsers may try ::1 first for `localhost`; without IPv6 they use the other.
  await listen(six, taken, '::1').catch(() => undefined);
  const close = async () => {
    for (const one of [server, six]) {
      one.closeAllConnections();
      await new Promise((resolve) => one.close(resolve));
    }
  };
  return { url: `http://localhost:${taken}/`, port: taken, close };
}

async function listenOnFreePort(server, first) {
  for (let port = first; ; port++) {
    try {
      await listen(server, port, '127.0.0.1');
      return server.address().port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
      if (port >= first + PORTS_TRIED - 1) {
        throw new Error(
          `Ports ${first} to ${port} are taken. Name another: npm start -- --port 8080.`,
        );
      }
    }
  }
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
