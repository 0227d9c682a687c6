/** Web Locks. */
import { noteTrouble } from './troubles.ts';

type Locks = Pick<LockManager, 'request' | 'query'>;

/** Undefined where there are none: an old browser, or a page that came over plain http. */
export function browserLocks(): Locks | undefined {
  try {
    // The types have it everywhere; insecure pages lack it, and Node has no navigator.
    const navigator = globalThis.navigator as { readonly locks?: LockManager } | undefined;
    return navigator?.locks;
  } catch (error) {
    noteTrouble('tabs', error);
    return undefined;
  }
}
