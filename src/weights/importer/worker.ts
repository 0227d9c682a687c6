/** The worker that reads weights files, so that the page stays responsive. All that it does is in `answer.ts`. */
import { ImportService } from './importService.ts';
import { type Reply, requestSchema } from './messages.ts';

const desk = new ImportService();

const transferables = (reply: Reply): Transferable[] =>
  reply.type === 'take' ? reply.tensors.map(({ data }) => data.buffer) : [];

globalThis.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  // Thrown here, an error reaches the page as the worker's.
  const request = requestSchema.parse(data);
  desk.answer(request).then((reply) => {
    globalThis.postMessage(reply, { transfer: transferables(reply) });
  });
});
