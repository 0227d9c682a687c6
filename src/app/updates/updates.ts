/**
 * Notices that another version of the page is on the server, and changes to it when told to. With a service worker the new
 * version is kept in full first; until then, and unless somebody says otherwise, the page stays as it is.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { onChunkFailure } from '../../chunk.ts';
import { hasOtherBuild } from './otherBuild.ts';
import { registerServiceWorker, serviceWorkers, takenOver } from './serviceWorker.ts';

const PERIOD_MS = 15 * 60_000;
/** Between two looks, whatever the reason. */
const PAUSE_MS = 10_000;

interface UpdatesDeps {
  readonly container?: ServiceWorkerContainer | undefined;
  hasOtherBuild(): Promise<boolean>;
  reload(): void;
}

const OF_PAGE: UpdatesDeps = {
  container: serviceWorkers(),
  hasOtherBuild,
  reload: () => location.reload(),
};

export class Updates {
  readonly store: StoreApi<{ readonly isNewOut: boolean }> = createStore(() => ({
    isNewOut: false,
  }));
  private registration: ServiceWorkerRegistration | null = null;
  private lookedMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: UpdatesDeps = OF_PAGE) {}

  /** Has the page's files kept for visits without a network, and begins to look. Called when the page has opened. */
  async begin(): Promise<void> {
    const { container } = this.deps;
    if (container === undefined || this.registration !== null) return;
    const registration = await registerServiceWorker(container);
    if (registration === null) return;
    this.registration = registration;
    this.follow(registration);
    registration.addEventListener('updatefound', () => this.follow(registration));
    (await container.ready).active?.postMessage('keep');
  }

  /** Looks from time to time, when the page is shown again, and when a part of it can't be loaded. @returns what ends that. */
  watch(): () => void {
    const look = () => void this.look();
    const onShown = () => {
      if (document.visibilityState === 'visible') look();
    };
    const timer = setInterval(look, PERIOD_MS);
    document.addEventListener('visibilitychange', onShown);
    const unsubscribe = onChunkFailure(look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onShown);
      unsubscribe();
    };
  }

  async look(): Promise<void> {
    const nowMs = performance.now();
    if (this.store.getState().isNewOut || nowMs - this.lookedMs < PAUSE_MS) return;
    this.lookedMs = nowMs;
    // A new service worker is told of once it has kept the new version: before that, a reload would bring the old one.
    if (this.registration !== null) await this.registration.update().catch(() => undefined);
    else if (await this.deps.hasOtherBuild()) this.tell();
  }

  /** Loads the page again, in its new version. */
  async change(): Promise<void> {
    const { container } = this.deps;
    const waiting = this.registration?.waiting ?? null;
    if (container !== undefined && waiting !== null) {
      const taken = takenOver(container);
      waiting.postMessage('takeOver');
      await taken;
    }
    this.deps.reload();
  }

  private follow(registration: ServiceWorkerRegistration): void {
    const { waiting, installing } = registration;
    // The first one replaces none.
    if (waiting !== null && registration.active !== null) this.tell();
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && registration.active !== null) this.tell();
    });
  }

  private tell(): void {
    this.store.setState({ isNewOut: true });
  }
}
