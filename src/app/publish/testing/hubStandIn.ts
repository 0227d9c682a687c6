/**
 * A Hugging Face hub on this machine, for tests: it answers as the real one does to signing in, `whoami-v2`, making a
 * repository, and a commit with its `preupload` and Git LFS, and keeps what it is given.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TOKENS = {
  writing: 'hf_writing',
  reading: 'hf_reading',
  foreign: 'hf_foreign',
} as const;
export const OWNER = 'ada';

export interface KeptRepo {
  readonly visibility: string;
  readonly files: Map<string, Uint8Array>;
}

export interface HubStandIn {
  readonly url: string;
  readonly repos: Map<string, KeptRepo>;
  /** `POST /api/repos/create` in order. */
  readonly requests: string[];
  /** How large files are uploaded: to storage at once, or in chunks that storage may know already. */
  transfer: 'basic' | 'xet';
  /** Bytes of the blocks of chunks that came by `xet`. */
  xetBytes: number;
  /** The next request whose path contains this is answered with an error of the server. */
  failOnce: string | null;
  close(): Promise<void>;
}

/**
 * @param publicUrl what the hub calls itself in its answers; left out: its own address.
 * @param storageUrl where chunks are uploaded; left out: the same.
 */
export async function openHubStandIn(publicUrl?: string, storageUrl?: string): Promise<HubStandIn> {
  const repos = new Map<string, KeptRepo>();
  const lfs = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = publicUrl ?? own;
  const standIn: HubStandIn = {
    ...{ url: own, repos, requests, transfer: 'basic', xetBytes: 0, failOnce: null },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const { pathname: path, searchParams } = new URL(request.url ?? '/', own);
    const body = await bodyOf(request);
    requests.push(`${method} ${path}`);
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...CORS });
      response.end(JSON.stringify(value));
    };
    if (method === 'OPTIONS') {
      response.writeHead(204, CORS).end();
      return;
    }
    if (standIn.failOnce !== null && path.includes(standIn.failOnce)) {
      standIn.failOnce = null;
      return json(503, { error: 'The hub is having a rest' });
    }
    if (path === '/.well-known/openid-configuration') {
      return json(200, {
        authorization_endpoint: `${url}/oauth/authorize`,
        token_endpoint: `${url}/oauth/token`,
        userinfo_endpoint: `${url}/oauth/userinfo`,
      });
    }
    if (path === '/oauth/authorize') {
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'a-code');
      back.searchParams.set('state', searchParams.get('state') ?? '');
      response.writeHead(302, { Location: back.href }).end();
      return;
    }
    if (path === '/oauth/token') {
      const isIt = new URLSearchParams(body.toString()).get('code') === 'a-code';
      if (!isIt) return json(400, { error: 'invalid_grant' });
      return json(200, { access_token: TOKENS.writing, expires_in: 3600, scope: 'openid' });
    }
    // Uploads to storage carry no token.
    const stored = /^\/lfs-storage\/([0-9a-f]{64})$/.exec(path)?.[1];
    if (stored !== undefined && method === 'PUT') {
      const isIt = createHash('sha256').update(body).digest('hex') === stored;
      if (isIt) lfs.set(stored, body);
      response.writeHead(isIt ? 200 : 400, CORS).end();
      return;
    }
    // Uploads in chunks have a token of their own.
    if (request.headers.authorization === 'Bearer xet-token') {
      if (path === '/v1/shards') return json(200, { result: 1 });
      if (!/^\/v1\/xorbs\/default\/[0-9a-f]{64}$/.test(path)) return json(404, {});
      standIn.xetBytes += body.length;
      return json(200, { was_inserted: true });
    }
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (!Object.values<string | undefined>(TOKENS).includes(token)) {
      return json(401, { error: 'Invalid credentials in Authorization header' });
    }
    if (path === '/oauth/userinfo') return json(200, { sub: '1', preferred_username: OWNER });
    if (path === '/api/whoami-v2') {
      const role = token === TOKENS.reading ? 'read' : 'write';
      return json(200, {
        ...{ type: 'user', name: OWNER, fullname: 'Ada', orgs: [{ type: 'org', name: 'engines' }] },
        auth: { type: 'access_token', accessToken: { displayName: 'test', role } },
      });
    }
    const mayWrite = token === TOKENS.writing;
    if (path === '/api/repos/create') {
      const { name, organization, visibility } = JSON.parse(body.toString());
      const repo = `${organization}/${name}`;
      if (!mayWrite) return json(403, { error: 'You don’t have the rights to create a model' });
      if (repos.has(repo)) return json(409, { error: 'You already created this model repo' });
      repos.set(repo, { visibility, files: new Map() });
      return json(200, { url: `${url}/${repo}`, id: repo });
    }
    const [, name = '', what] =
      /^\/api\/models\/([^/]+\/[^/]+)\/(preupload|commit)\/main$/.exec(path) ?? [];
    const batch = /^\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/.exec(path)?.[1];
    const repo = repos.get(batch ?? name);
    if (repo === undefined || !mayWrite) return json(404, { error: 'Repository not found' });
    if (what === 'preupload') {
      const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
      const mode = (file: string) => (/\.(safetensors|onnx)$/.test(file) ? 'lfs' : 'regular');
      return json(200, {
        files: files.map((file) => ({ path: file.path, uploadMode: mode(file.path) })),
      });
    }
    if (batch !== undefined) {
      const { objects } = JSON.parse(body.toString()) as { objects: { oid: string }[] };
      const { transfer } = standIn;
      const header = {
        'X-Xet-Cas-Url': storageUrl ?? url,
        'X-Xet-Access-Token': 'xet-token',
        'X-Xet-Token-Expiration': String(Math.ceil(Date.now() / 1000) + 3600),
      };
      const upload = (oid: string) =>
        transfer === 'xet'
          ? { href: `${url}/api/models/${batch}/xet-write-token/main`, header }
          : { href: `${url}/lfs-storage/${oid}` };
      return json(200, {
        transfer,
        objects: objects.map(({ oid }) => ({
          oid,
          actions: lfs.has(oid) ? {} : { upload: upload(oid) },
        })),
      });
    }
    for (const line of body.toString().split('\n')) {
      const { key, value } = JSON.parse(line);
      if (key === 'file') repo.files.set(value.path, Buffer.from(value.content, 'base64'));
      if (key !== 'lfsFile') continue;
      const isXet = standIn.transfer === 'xet' && standIn.xetBytes > 0;
      const bytes = isXet ? new Uint8Array(value.size) : lfs.get(value.oid);
      if (bytes === undefined) return json(400, { error: 'LFS object not uploaded' });
      repo.files.set(value.path, bytes);
    }
    return json(200, { commitOid: 'c0ffee', commitUrl: `${url}/${name}/commit/c0ffee` });
  }
  return standIn;
}

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, POST, PUT',
  'Access-Control-Allow-Headers': '*, authorization, content-type',
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
