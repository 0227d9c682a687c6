/** Where the server listens, and the names that it answers to. */
import { hostname, networkInterfaces } from 'node:os';

export const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];

/** `--host` with or without an address, as `parseArgs` takes it: without one the text is empty. */
export const withBareHost = (args) =>
  args.map((arg, i) =>
    arg === '--host' && (args[i + 1] ?? '--').startsWith('--') ? '--host=' : arg,
  );

/**
 * @param host undefined: this machine only; '': all of its addresses; else that address or name
 * @returns `listen`: addresses to listen at; `names` it is reached by; `shown`: those that others can use
 */
export function addressesFor(host, interfaces = networkInterfaces(), machine = hostname()) {
  if (host === undefined) return { listen: ['127.0.0.1', '::1'], names: LOCAL_NAMES, shown: [] };
  const own = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);
  if (host !== '') {
    const shown = [host];
    return { listen: ['127.0.0.1', '::1', host], names: [...LOCAL_NAMES, ...shown], shown };
  }
  const name = machine.toLowerCase();
  const named = name === '' || LOCAL_NAMES.includes(name) ? [] : [name, `${name}.local`];
  return {
    listen: ['0.0.0.0', '::'],
    names: [...LOCAL_NAMES, ...own, ...named],
    shown: own.filter((address) => !address.includes(':')),
  };
}

/** As it stands in a URL and in a request's Host. */
export const inUrl = (name) => (name.includes(':') ? `[${name}]` : name);
