/**
 * Messages to a worker whose modules still wait for something. Browsers deliver them as soon as the modules have begun to
 * run, when nothing listens yet, and drop them.
 */

type Listener = (event: MessageEvent<unknown>) => void;

interface WorkerScope {
  addEventListener(type: 'message', listener: Listener): void;
  removeEventListener(type: 'message', listener: Listener): void;
  dispatchEvent(event: Event): boolean;
}

/** Holds messages back until `awaited` is settled and the modules have run; then all arrive, in their order. */
export function holdMessages(awaited: Promise<unknown>, scope: WorkerScope = globalThis): void {
  const held: unknown[] = [];
  const hold: Listener = (event) => {
    event.stopImmediatePropagation();
    held.push(event.data);
  };
  scope.addEventListener('message', hold);
  const release = () => {
    scope.removeEventListener('message', hold);
    for (const data of held) scope.dispatchEvent(new MessageEvent('message', { data }));
  };
  // A task of its own: modules that wait for others go on in microtasks.
  awaited.then(
    () => setTimeout(release),
    () => setTimeout(release),
  );
}
