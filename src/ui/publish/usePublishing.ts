/** Publishing from the first question to the model's page: what the dialog shows, and what it can do. */
import { useEffect, useReducer, useRef } from 'react';
import { createPublisher, type Publisher } from '../../app/publish/client.ts';
import type { Account, PublishProgress, PublishRequest } from '../../app/publish/hub.ts';
import { signIn } from '../../app/publish/signIn.ts';
import { reasonOf } from '../../data/dataError.ts';
import { t } from '../../text/t.ts';

interface Signed {
  readonly token: string;
  readonly account: Account;
}

export interface PublishingState {
  /** Null: nothing has been asked of the hub yet. */
  readonly signed: Signed | null;
  readonly isConnecting: boolean;
  /** Null: nothing is under way. */
  readonly progress: PublishProgress | null;
  /** Of the model's page, once it is there, and whether only its owner sees it. */
  readonly published: { readonly repo: string; readonly isPrivate: boolean } | null;
  readonly error: string | null;
}

const NOTHING: PublishingState = {
  ...{ signed: null, isConnecting: false, progress: null, published: null, error: null },
};

export function usePublishing(): PublishingState & {
  /** Has the hub say whose token it is: the first request to it. */
  connect(token: string): void;
  /** The same by the hub's own page, which gives the token. */
  signIn(clientId: string): void;
  /** Stops waiting for the hub's page. */
  cancelSignIn(): void;
  publish(request: Omit<PublishRequest, 'token'>): void;
  /** Another token. */
  signOut(): void;
} {
  const [state, change] = useReducer(
    (before: PublishingState, part: Partial<PublishingState>) => ({ ...before, ...part }),
    NOTHING,
  );
  const publisher = useRef<Publisher>(null);
  const waiting = useRef<AbortController>(null);
  useEffect(() => {
    const own = createPublisher((progress) => change({ progress }));
    publisher.current = own;
    return () => {
      own.end(t`The dialog was closed.`);
      waiting.current?.abort();
    };
  }, []);

  const connecting = async (tokenOf: () => Promise<string>) => {
    change({ isConnecting: true, error: null });
    try {
      const token = await tokenOf();
      const account = await publisher.current?.call('account', token);
      change({ isConnecting: false, signed: account === undefined ? null : { token, account } });
    } catch (error) {
      const wasCancelled = waiting.current?.signal.aborted === true;
      change({ isConnecting: false, error: wasCancelled ? null : reasonOf(error) });
    }
  };
  return {
    ...state,
    connect: (token) => void connecting(async () => token),
    signIn(clientId) {
      const controller = new AbortController();
      waiting.current = controller;
      void connecting(() => signIn(clientId, controller.signal));
    },
    cancelSignIn: () => waiting.current?.abort(new Error('cancelled')),
    publish(request) {
      const { signed } = state;
      if (signed === null || publisher.current === null) return;
      const { repo, isPrivate } = request;
      change({ progress: { phase: 'creating' }, error: null, published: null });
      publisher.current.call('publish', { ...request, token: signed.token }).then(
        () => change({ progress: null, published: { repo, isPrivate } }),
        (error: unknown) => change({ progress: null, error: reasonOf(error) }),
      );
    },
    signOut: () => change({ signed: null, error: null }),
  };
}
