/** Serves the built page, with the headers a static host would send. */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { extname, join, normalize, sep } from 'node:path';
import { dataMiddleware } from './dataMiddleware.mjs';
import { NOBODY } from './frameAncestors.mjs';
import { EMBED_PAGE, embedHeaders, IMMUTABLE, SECURITY_HEADERS } from './headers.mjs';
import { addressesFor, inUrl, LOCAL_NAMES } from './hosts.mjs';
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
 * A request listener for the files of `root` and the data files of `data`.
 * @param names those that the server is reached by. A page of another site whose name was pointed here ("DNS rebinding")
 * sends its own, and would otherwise read what is served here.
 * @param ancestors the sites that may show `embed.html` in a frame, as `frameAncestors` gives them
 */
export function pageListener(root, data, names = LOCAL_NAMES, ancestors = NOBODY) {
  const serveData = dataMiddleware(data);
  const hosts = new Set(names.map((name) => inUrl(name.toLowerCase())));
  return (request, response) => {
    if (!hosts.has((request.headers.host ?? '').toLowerCase().replace(/:\d*$/, ''))) {
      response.writeHead(421, { 'Content-Type': 'text/plain; charset=utf-8' });
      return response.end(`This server answers only at ${[...hosts].join(', ')}.\n`);
    }
    return serveData(request, response, () => servePage(root, request, response, ancestors));
  };
}

async function servePage(root, request, response, ancestors) {
  const path = filePath(root, request.url ?? '/');
  const headers = path === join(root, EMBED_PAGE) ? embedHeaders(ancestors) : SECURITY_HEADERS;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const refuse = (status, text) =>
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(405, 'Only GET and HEAD.');
  }
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
 * Listens on `port` or the next free one, on this machine only (127.0.0.1 and, if there is IPv6, ::1) unless told other
 * addresses.
 * @param tls key and certificate, for https
 * @returns the URL, and a function that stops the server
 */
export async function serve(listener, port, { listen: addresses, tls } = {}) {
  const create = () =>
    tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const [first, ...others] = addresses ?? addressesFor(undefined).listen;
  const server = create();
  const taken = await listenOnFreePort(server, port, first);
  const servers = [server];
  for (const address of others) {
    const one = create();
    servers.push(one);
    // Browsers may try ::1 first for `localhost`; without IPv6 they use the other. A name or address of the user's must do.
    const isOptional = address === '::1' || address === '::';
    await listen(one, taken, address).catch((error) => {
      if (isOptional) return;
      throw new Error(
        `The server can’t listen at ${address} (${error.code}). Name an address of this machine.`,
      );
    });
  }
  const close = async () => {
    for (const one of servers) {
      one.closeAllConnections();
      await new Promise((resolve) => one.close(resolve));
    }
  };
  const scheme = tls === undefined ? 'http' : 'https';
  return { url: `${scheme}://localhost:${taken}/`, port: taken, close };
}

async function listenOnFreePort(server, first, address) {
  for (let port = first; ; port++) {
    try {
      await listen(server, port, address);
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
    // With IPv4 beside it, IPv6 must not take both.
    server.listen({ port, host, ipv6Only: host.includes(':') }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
