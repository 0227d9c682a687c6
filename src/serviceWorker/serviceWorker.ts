/**
 * The page's service worker: a second visit works without a network, and where a server sends no headers the page is
 * isolated and has its content security policy all the same. A new one waits until the page lets it take over, or until
 * no page is open.
 */
import { type Build, PageFiles } from './pageFiles.ts';

/** Put in by `scripts/lib/serviceWorkerPlugin.ts`. */
declare const BUILD: Build;

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

/** As service workers have it; TypeScript has no types for them beside a page's. */
interface ServiceWorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(
    type: 'message',
    listener: (event: ExtendableEvent & { readonly data: unknown }) => void,
  ): void;
  addEventListener(
    type: 'fetch',
    listener: (
      event: Event & { readonly request: Request; respondWith(answer: Promise<Response>): void },
    ) => void,
  ): void;
}

const scope = globalThis as unknown as ServiceWorkerScope;
const files = new PageFiles(BUILD, scope.registration.scope, caches, (url, options) =>
  fetch(url, options),
);

/** Where not all can be kept, the page comes from the network as before. */
const keepAll = () => files.keepAll().catch(() => undefined);

scope.addEventListener('install', (event) => {
  // The first one starts at once, so that the page can be isolated, and keeps the files when the page asks for that.
  if (scope.registration.active !== null) event.waitUntil(keepAll());
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([files.deleteOld(), scope.clients.claim()]));
});

scope.addEventListener('message', (event) => {
  if (event.data === 'keep') event.waitUntil(keepAll());
  if (event.data === 'takeOver') event.waitUntil(scope.skipWaiting());
});

scope.addEventListener('fetch', (event) => {
  const answer = files.answer(event.request);
  if (answer !== null) event.respondWith(answer);
});
