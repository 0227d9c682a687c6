import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isOtherBuild } from './otherBuild.ts';
import { Updates } from './updates.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { baseURI: 'https://host.example/nets/' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A registration with a service worker at work, and what was posted to it and its successor. */
function browser() {
  const posted: unknown[] = [];
  const worker = (state: string) =>
    Object.assign(new EventTarget(), {
      state,
      postMessage: (message: unknown) => posted.push(`${state}: ${message}`),
    });
  const registration = Object.assign(new EventTarget(), {
    active: worker('activated'),
    waiting: null as ReturnType<typeof worker> | null,
    installing: null as ReturnType<typeof worker> | null,
    update: vi.fn(async () => undefined),
  });
  const container = Object.assign(new EventTarget(), {
    register: vi.fn(async () => registration),
    ready: Promise.resolve(registration),
  });
  /** Another version has been fetched. */
  const install = () => {
    const next = worker('installed');
    registration.installing = next;
    registration.dispatchEvent(new Event('updatefound'));
    registration.installing = null;
    registration.waiting = next;
    next.dispatchEvent(new Event('statechange'));
  };
  return { posted, registration, container, install };
}

describe('with a service worker', () => {
  const open = async () => {
    const { container, ...rest } = browser();
    const reload = vi.fn();
    const updates = new Updates({
      container: container as unknown as ServiceWorkerContainer,
      hasOtherBuild: async () => true,
      reload,
    });
    await updates.begin();
    return { updates, container, reload, ...rest };
  };

  it('has the page kept, and tells of a new version once that is kept too', async () => {
    const { updates, posted, registration, install } = await open();
    expect(posted).toEqual(['activated: keep']);
    await updates.look();
    expect(registration.update).toHaveBeenCalledTimes(1);
    expect(updates.store.getState().isNewOut).toBe(false);
    install();
    expect(updates.store.getState().isNewOut).toBe(true);
  });

  it('changes to the new version only when told to', async () => {
    const { updates, posted, container, reload, install } = await open();
    install();
    const changed = updates.change();
    expect(posted.at(-1)).toBe('installed: takeOver');
    expect(reload).not.toHaveBeenCalled();
    container.dispatchEvent(new Event('controllerchange'));
    await changed;
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('does not ask the server without a pause', async () => {
    const { updates, registration } = await open();
    await updates.look();
    await updates.look();
    vi.advanceTimersByTime(10_001);
    await updates.look();
    expect(registration.update).toHaveBeenCalledTimes(2);
  });
});

describe('without one', () => {
  it('compares the page on the server with the one that is open', async () => {
    const answers = [false, true];
    const reload = vi.fn();
    const hasOtherBuild = vi.fn(async () => answers.shift() ?? false);
    const updates = new Updates({ hasOtherBuild, reload });
    await updates.begin();
    await updates.look();
    expect(updates.store.getState().isNewOut).toBe(false);
    vi.advanceTimersByTime(10_001);
    await updates.look();
    expect(updates.store.getState().isNewOut).toBe(true);
    await updates.change();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['<script src="./assets/index-New_1.js">', true],
    ['<script src="./assets/index-Old-1.js">', false],
    // The sign-in page of a hotel's network.
    ['<title>Welcome</title><script src="/login.js">', false],
  ])('%s', (page, isOther) => {
    expect(isOtherBuild('https://host.example/nets/assets/index-Old-1.js', page)).toBe(isOther);
  });
});
