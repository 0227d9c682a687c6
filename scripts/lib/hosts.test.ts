import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selfSigned } from './certificate.mjs';
import { addressesFor, withBareHost } from './hosts.mjs';
import { pageListener, serve } from './staticServer.mjs';

const of = (address: string, rest = {}) => ({
  ...{ address, netmask: '', mac: '', cidr: null, internal: false },
  ...(address.includes(':')
    ? { family: 'IPv6' as const, scopeid: 0 }
    : { family: 'IPv4' as const }),
  ...rest,
});
const INTERFACES = {
  lo: [of('127.0.0.1', { internal: true })],
  wlan0: [of('192.168.1.9'), of('fd00::9'), of('fe80::9', { scopeid: 2 })],
};
const LOCAL = ['localhost', '127.0.0.1', '::1'];

describe('addresses', () => {
  it('are this machine’s own unless told otherwise', () => {
    expect(addressesFor(undefined, INTERFACES)).toEqual({
      ...{ listen: ['127.0.0.1', '::1'], names: LOCAL, shown: [] },
    });
  });

  it('are all of its addresses and its name with --host', () => {
    expect(addressesFor('', INTERFACES, 'Laptop')).toEqual({
      listen: ['0.0.0.0', '::'],
      names: [...LOCAL, '192.168.1.9', 'fd00::9', 'laptop', 'laptop.local'],
      shown: ['192.168.1.9'],
    });
  });

  it('are one more with --host ADDRESS', () => {
    expect(addressesFor('192.168.1.9', INTERFACES)).toEqual({
      listen: ['127.0.0.1', '::1', '192.168.1.9'],
      names: [...LOCAL, '192.168.1.9'],
      shown: ['192.168.1.9'],
    });
  });

  it.each([
    [
      ['--host', '--https'],
      ['--host=', '--https'],
    ],
    [['--host'], ['--host=']],
    [
      ['--host', '10.0.0.1', '--port', '80'],
      ['--host', '10.0.0.1', '--port', '80'],
    ],
  ])('%j', (given, parsed) => expect(withBareHost(given)).toEqual(parsed));
});

describe('the certificate', () => {
  const names = [...LOCAL, '192.168.1.9', 'fd00::9', 'laptop.local'];
  const now = Date.UTC(2026, 10, 30, 12);
  const certificate = new X509Certificate(selfSigned(names, now).cert);

  it('is for the names, signed by itself, for 30 days', () => {
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:192.168.1.9, IP Address:FD00:0:0:0:0:0:0:9, DNS:laptop.local',
    );
    expect(certificate.checkHost('laptop.local')).toBe('laptop.local');
    expect(certificate.checkIP('192.168.1.9')).toBe('192.168.1.9');
    expect(certificate.checkHost('evil.example')).toBeUndefined();
    expect(new Date(certificate.validFrom)).toEqual(new Date(now - 86_400_000));
    expect(new Date(certificate.validTo)).toEqual(new Date(now + 30 * 86_400_000));
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('differs from one start to the next', () => {
    expect(new X509Certificate(selfSigned(names).cert).serialNumber).not.toBe(
      certificate.serialNumber,
    );
  });

  it('serves the page over TLS, to whoever trusts it and by names it is for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    writeFileSync(join(folder, 'index.html'), '<title>Page</title>');
    const tls = selfSigned(LOCAL);
    const { url, port, close } = await serve(pageListener(folder, folder), 47_410, { tls });
    expect(url).toBe(`https://localhost:${port}/`);
    const answer = (headers = {}) =>
      new Promise<string | number>((resolve, reject) => {
        const options = { ca: tls.cert, host: '127.0.0.1', servername: 'localhost', port, headers };
        get(options, (response) => {
          let text = '';
          response.on('data', (part) => (text += part));
          response.on('end', () =>
            resolve(response.statusCode === 200 ? text : (response.statusCode ?? 0)),
          );
        }).on('error', reject);
      });
    expect(await answer()).toBe('<title>Page</title>');
    expect(await answer({ Host: 'evil.example' })).toBe(421);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await close();
    rmSync(folder, { recursive: true });
  });
});
