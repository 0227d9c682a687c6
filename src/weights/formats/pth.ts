/**
 * `.pth`: what `torch.save(model.state_dict(), …)` writes, an OrderedDict of tensors. PyTorch ignores other members of
 * the zip, so the metadata are beside it as `metadata.json`.
 */
import { METADATA_FILE, metadataOf } from '../exportModel.ts';
import { checkNaming, renamed } from '../names.ts';
import type { Pickled } from '../pickle/pickleWriter.ts';
import { orderedDict, TorchFile } from '../pickle/torchFile.ts';
import { torchState } from '../pickle/torchState.ts';
import { loadsIntoTorch } from '../snippets/torch.ts';
import type { WeightsFormat } from './format.ts';

export const write: WeightsFormat['write'] = (model, options) => {
  checkNaming(model.config.model, options.naming);
  const file = new TorchFile();
  const entries = new Map<string, Pickled>();
  const state = torchState(model.graph, model.weights, model.step);
  for (const [name, tensor] of renamed(state, options.naming)) {
    entries.set(name, file.tensor(tensor));
  }
  const metadata = JSON.stringify(metadataOf(model, options), null, 2);
  return file.write(orderedDict(entries), { [METADATA_FILE]: metadata });
};

export const snippet: WeightsFormat['snippet'] = (context) =>
  loadsIntoTorch(context, {
    install: 'torch',
    imports: [],
    load: [`state = torch.load("${context.fileName}", map_location="cpu", weights_only=True)`],
  });
