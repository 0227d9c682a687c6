/** The worker that talks to the Hugging Face hub. */
import { postEvent, serve } from '../../rpc/rpc.ts';
import { publishFailure, publishService } from './publishService.ts';

serve(
  publishService((progress) => postEvent(progress)),
  publishFailure,
);
