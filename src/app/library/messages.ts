/** Messages between the page and the worker that keeps runs. Each request has one reply, of the same `request`. */
import * as z from 'zod/mini';
import { ENGINE_IDS, type EngineId } from '../../engine/engineNames.ts';
import type { LayerNames } from '../../model/layerNames.ts';
import type { HistoryState } from '../../training/history.ts';
import type { NamedTensor } from '../../training/protocol.ts';
import { IMAGE_INPUTS } from '../../weights/exportModel.ts';
import { type ExportChoice, FORMAT_IDS } from '../../weights/formats/registry.ts';
import { NAMINGS } from '../../weights/names.ts';
import type { StoredRun } from './storedRun.ts';

/** A run on its way into the library. */
export interface NewRun {
  readonly id: string;
  /** Given by a person. */
  readonly name: string | null;
  readonly engine: EngineId | null;
}

/** What a person may change of a kept run. */
export interface KeptRunPatch {
  readonly name?: string | null | undefined;
  readonly colourIndex?: number | undefined;
  readonly isPinned?: boolean | undefined;
  readonly deletedAtMs?: number | null | undefined;
}

/** A kept run, or one that is not: as `saveRun` gave it. */
export type RunSource =
  | { readonly kind: 'kept'; readonly id: string }
  | { readonly kind: 'file'; readonly file: ArrayBuffer; readonly about: NewRun };

export type Request =
  | { readonly type: 'list' }
  /** The file is transferred, and comes back where it can't be kept. */
  | { readonly type: 'keep'; readonly about: NewRun; readonly file: ArrayBuffer }
  | { readonly type: 'update'; readonly ids: readonly string[]; readonly patch: KeptRunPatch }
  /** Deletes for good. */
  | { readonly type: 'remove'; readonly ids: readonly string[] }
  | { readonly type: 'setBaseline'; readonly id: string | null }
  | { readonly type: 'history'; readonly id: string }
  | { readonly type: 'tensors'; readonly id: string }
  /** The run's file, to go on from exactly there. */
  | { readonly type: 'checkpoint'; readonly id: string }
  | { readonly type: 'weights'; readonly id: string; readonly choice: ExportChoice }
  | { readonly type: 'json'; readonly source: RunSource };

export interface Listing {
  /** Newest first; those deleted are left out. */
  readonly runs: readonly StoredRun[];
  /** Runs whose records can't be read. */
  readonly damaged: readonly { readonly id: string; readonly reason: string }[];
  readonly baseline: string | null;
}

export type Reply = { readonly request: number } & (
  | ({ readonly type: 'list' } & Listing)
  | { readonly type: 'kept'; readonly run: StoredRun }
  | { readonly type: 'done' }
  | ({ readonly type: 'history'; readonly history: HistoryState } & LayerNames)
  | { readonly type: 'tensors'; readonly tensors: readonly NamedTensor[] }
  | { readonly type: 'file'; readonly fileName: string; readonly bytes: ArrayBuffer }
  | {
      readonly type: 'failed';
      readonly message: string;
      /** There is no room left. */
      readonly isFull: boolean;
      /** That of a run which could not be kept. */
      readonly file: ArrayBuffer | null;
    }
);

/** Without a request: another page has changed the library. */
export interface LibraryChanged {
  readonly type: 'changed';
}

const id = z.string().check(z.minLength(1), z.maxLength(100));
const ids = z.array(id);
const name = z.nullable(z.string().check(z.minLength(1), z.maxLength(1000)));
const about = z.strictObject({ id, name, engine: z.nullable(z.enum(ENGINE_IDS)) });
const file = z.instanceof(ArrayBuffer);
const patch = z.strictObject({
  name: z.optional(name),
  colourIndex: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
  isPinned: z.optional(z.boolean()),
  deletedAtMs: z.optional(z.nullable(z.number())),
});
const choice = z.strictObject({
  format: z.enum(FORMAT_IDS),
  naming: z.enum(NAMINGS),
  input: z.enum(IMAGE_INPUTS),
});
const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kept'), id }),
  z.strictObject({ kind: z.literal('file'), file, about }),
]);

const bodySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('list') }),
  z.strictObject({ type: z.literal('keep'), about, file }),
  z.strictObject({ type: z.literal('update'), ids, patch }),
  z.strictObject({ type: z.literal('remove'), ids }),
  z.strictObject({ type: z.literal('setBaseline'), id: z.nullable(id) }),
  z.strictObject({ type: z.literal('history'), id }),
  z.strictObject({ type: z.literal('tensors'), id }),
  z.strictObject({ type: z.literal('checkpoint'), id }),
  z.strictObject({ type: z.literal('weights'), id, choice }),
  z.strictObject({ type: z.literal('json'), source }),
]) satisfies z.ZodMiniType<Request>;

export const requestSchema = z.strictObject({ request: z.int(), body: bodySchema });

const REPLIES: Readonly<Record<Reply['type'] | 'changed', true>> = {
  list: true,
  kept: true,
  done: true,
  history: true,
  tensors: true,
  file: true,
  failed: true,
  changed: true,
};

/** Whether a message is of the library's worker; it is built with the page, so its type decides. */
export function isLibraryMessage(message: unknown): message is Reply | LibraryChanged {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return typeof message.type === 'string' && Object.hasOwn(REPLIES, message.type);
}
