/** Messages between the page and the worker that reads weights files. Each request has one reply, of the same `id`. */
import * as z from 'zod/mini';
import { type ModelConfig, modelSchema } from '../../model/config.ts';
import type { MatchRow } from '../match/matchWeights.ts';
import type { OpenedFile, TakenTensor } from './weightsImport.ts';

export type Request =
  | { readonly id: number; readonly type: 'open'; readonly file: Blob; readonly fileName: string }
  /** About the file opened last. */
  | { readonly id: number; readonly type: 'match'; readonly model: ModelConfig }
  | { readonly id: number; readonly type: 'take'; readonly model: ModelConfig };

export type Reply = { readonly id: number } & (
  | { readonly type: 'open'; readonly opened: OpenedFile }
  | { readonly type: 'match'; readonly rows: readonly MatchRow[] }
  | { readonly type: 'take'; readonly tensors: readonly TakenTensor[] }
  | { readonly type: 'failed'; readonly message: string }
);

const id = z.int();

export const requestSchema = z.discriminatedUnion('type', [
  z.strictObject({ id, type: z.literal('open'), file: z.instanceof(Blob), fileName: z.string() }),
  z.strictObject({ id, type: z.literal('match'), model: modelSchema }),
  z.strictObject({ id, type: z.literal('take'), model: modelSchema }),
]) satisfies z.ZodMiniType<Request>;

const REPLIES: Readonly<Record<Reply['type'], true>> = {
  open: true,
  match: true,
  take: true,
  failed: true,
};

/** Whether a message is a reply of ours; the worker is built with the page, so its type decides. */
export function isReply(message: unknown): message is Reply {
  if (typeof message !== 'object' || message === null) return false;
  if (!('type' in message) || !('id' in message)) return false;
  const { type, id } = message;
  return typeof type === 'string' && Object.hasOwn(REPLIES, type) && typeof id === 'number';
}
