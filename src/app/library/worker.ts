/** The worker that stores runs, so that no file is read, checked or written on the page. */
import { postEvent, serve } from '../../rpc/rpc.ts';
import { openChannel } from '../../storage/channel.ts';
import { onTrouble } from '../../storage/troubles.ts';
import { buffersIn } from '../../training/metrics.ts';
import { libraryFailure, libraryService, type SavedFile } from './libraryService.ts';
import { indexedDbLibrary } from './store.ts';

/** Pages of the same browser tell each other of changes. */
const channel = openChannel('run-library', () => postEvent('changed'));

onTrouble((trouble) => postEvent(trouble));

const ofFile = ({ bytes }: SavedFile) => [bytes];

serve(
  libraryService(indexedDbLibrary(), () => channel.post('changed')),
  libraryFailure,
  {
    history: ({ history }) => buffersIn(history),
    tensors: (tensors) => tensors.map(({ data }) => data.buffer),
    publication: ({ safetensors, onnx, curves }) => [safetensors, onnx, curves],
    ...{ checkpoint: ofFile, weights: ofFile, json: ofFile },
  },
);
