/** The worker that reads weights files, so that the page stays responsive. */
import { serve } from '../../rpc/rpc.ts';
import { importFailure, importService } from './importService.ts';

serve(importService(), importFailure, {
  take: ({ tensors }) => tensors.map(({ data }) => data.buffer),
});
