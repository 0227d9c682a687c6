/** Publishing, against a hub of our own that answers as the real one does. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hash32 } from '../../data/hash.ts';
import { buildGraph } from '../../model/builder.ts';
import { layerNames } from '../../model/layerNames.ts';
import { savedRun } from '../../training/checkpoint/testing/checkpoints.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { decodeSetup } from '../address/decode.ts';
import type { PublishProgress, PublishRequest } from './hub.ts';
import { netronUrl, runUrl } from './links.ts';
import { modelCard } from './modelCard.ts';
import { type Publication, publicationOf } from './publication.ts';
import { publishService } from './publishService.ts';
import { repoNameFault, suggestedRepoName } from './repoName.ts';
import { type HubStandIn, OWNER, openHubStandIn, TOKENS } from './testing/hubStandIn.ts';

const run = savedRun(4);
const names = layerNames(buildGraph(run.config.model));
const PAGE = 'https://playground.example/app/';

function requestOf(publication: Publication, change: Partial<PublishRequest> = {}): PublishRequest {
  const repo = `${OWNER}/resnet-4`;
  const { safetensors, onnx, curves, config, title } = publication;
  const place = { repo, isPrivate: false, runUrl: runUrl(PAGE, config, title) };
  return {
    ...{ token: TOKENS.writing, repo, isPrivate: false },
    files: [
      { path: 'README.md', content: modelCard(publication, place) },
      { path: 'model.safetensors', content: safetensors },
      { path: 'model.onnx', content: onnx },
      { path: 'config.json', content: JSON.stringify(config) },
      { path: 'curves.csv', content: curves },
    ],
    ...change,
  };
}

describe('publishing', () => {
  let hub: HubStandIn;
  let publication: Publication;
  let progress: PublishProgress[];
  let service: ReturnType<typeof publishService>;

  beforeAll(async () => {
    hub = await openHubStandIn();
    publication = await publicationOf(run, names, 'ResNet-4');
  });
  afterAll(() => hub.close());
  beforeEach(() => {
    hub.repos.clear();
    hub.requests.length = 0;
    progress = [];
    service = publishService((step) => progress.push(step), hub.url);
  });

  it('asks whose token it is', async () => {
    expect(await service.account(TOKENS.writing)).toEqual({
      name: OWNER,
      owners: [OWNER, 'engines'],
    });
    await expect(service.account(TOKENS.reading)).rejects.toThrow('This token is read-only.');
    await expect(service.account('hf_mistyped')).rejects.toThrow('does not accept this token');
  });

  it('makes the repository and uploads every file, whole, in one commit', async () => {
    const request = requestOf(publication, { isPrivate: true });
    expect(await service.publish(request)).toBe(`${hub.url}/${OWNER}/resnet-4`);
    const repo = hub.repos.get(`${OWNER}/resnet-4`);
    expect(repo?.visibility).toBe('private');
    expect([...(repo?.files.keys() ?? [])].sort()).toEqual(
      request.files.map(({ path }) => path).sort(),
    );
    const kept = (path: string) => repo?.files.get(path) ?? new Uint8Array();
    const { metadata, tensors } = readSafetensors(new Uint8Array(kept('model.safetensors')));
    expect(metadata.get('step')).toBe('4');
    expect(tensors.get('conv1.weight')?.shape).toEqual([2, 3, 3, 3]);
    expect(new Uint8Array(kept('model.onnx'))).toEqual(new Uint8Array(publication.onnx));
    expect(new TextDecoder().decode(kept('curves.csv'))).toMatch(/^run,step,.*\r\nResNet-4,0,1,/);
    expect(JSON.parse(new TextDecoder().decode(kept('config.json')))).toEqual(run.config);
    expect(progress[0]).toEqual({ phase: 'creating' });
    expect(progress.at(-1)).toEqual({ phase: 'committing' });
    expect(hub.requests.filter((line) => line.startsWith('PUT'))).toHaveLength(2);
  });

  it('uploads in chunks where the hub asks for that', async () => {
    hub.transfer = 'xet';
    const { buffer: onnx } = Uint8Array.from({ length: 300_000 }, (_, i) => hash32(1, 2, i));
    const request = requestOf({ ...publication, onnx });
    await service.publish(request);
    hub.transfer = 'basic';
    expect(hub.repos.get(request.repo)?.files.get('model.onnx')?.length).toBe(300_000);
    expect(hub.xetBytes).toBeGreaterThan(300_000);
    expect(hub.requests).toContain('POST /v1/shards');
  });

  it('takes no name that is there, and says so before anything is uploaded', async () => {
    const request = requestOf(publication);
    await service.publish(request);
    hub.requests.length = 0;
    const again = publishService(() => undefined, hub.url);
    await expect(again.publish(request)).rejects.toThrow(
      `There is a model ${OWNER}/resnet-4 already. Choose another name`,
    );
    expect(hub.requests).toEqual(['POST /api/repos/create']);
  });

  it('says when a token may not write there', async () => {
    const request = requestOf(publication, { token: TOKENS.foreign });
    await expect(service.publish(request)).rejects.toThrow(`may not write to ${OWNER}/resnet-4`);
  });

  it('goes on with its own repository after an upload that failed', async () => {
    const request = requestOf(publication);
    hub.failOnce = '/commit/';
    await expect(service.publish(request)).rejects.toThrow(
      'Hugging Face answered with an error (503): The hub is having a rest',
    );
    await service.publish(request);
    expect(hub.repos.get(request.repo)?.files.size).toBe(5);
    expect(hub.requests.filter((line) => line.endsWith('/repos/create'))).toHaveLength(1);
  });

  it('says that nothing answers where nothing does', async () => {
    const offline = publishService(() => undefined, 'http://127.0.0.1:9');
    await expect(offline.publish(requestOf(publication))).rejects.toThrow(
      'Hugging Face could not be reached. Check the connection, then try again; your runs are as they were.',
    );
  });
});

describe('the model card', () => {
  const place = { repo: 'ada/net', isPrivate: false, runUrl: `${PAGE}#v=1` };

  it('says what the hub reads and what a person asks', async () => {
    const lastTest = { step: 4, images: 50, accuracy: 0.5 };
    const history = { ...run.history, evaluations: [{ step: 4, loss: 1.5, accuracy: 0.5 }] };
    const images = { title: 'CIFAR-10 (this server)', isCifar10: true, train: 250 };
    const tested = { ...run, lastTest, history, images };
    const publication = await publicationOf(tested, names, 'ResNet-4');
    const card = modelCard(publication, place);
    const [, front = '', body = ''] = card.split('---\n');
    expect(front.split('\n')).toEqual([
      'library_name: pytorch',
      'pipeline_tag: image-classification',
      'tags: [resnet, residual-playground, onnx]',
      'datasets: [uoft-cs/cifar10]',
      'metrics: [accuracy]',
      'model-index:',
      '- name: "ResNet-4"',
      '  results:',
      '  - task: {type: image-classification}',
      '    dataset: {name: CIFAR-10, type: uoft-cs/cifar10, split: test}',
      '    metrics: [{type: accuracy, value: 0.5}]',
      '',
    ]);
    expect(body).toContain('Accuracy on 50 test images of CIFAR-10 (this server): **50.0 %**');
    const training = { ...publication.config.training, testViews: 'crops' as const };
    const six = { ...publication, config: { ...publication.config, training } };
    expect(modelCard(six, place)).toContain('1.500, logits averaged over 6 views of each image.');
    expect(body).toContain(`(${netronUrl('ada/net')})`);
    expect(body).toContain(`(${PAGE}#v=1)`);
    expect(body).toContain('minus the mean (0.4914, 0.4822, 0.4465)');
    expect(body).toContain('model.load_state_dict(state, strict=True)');
    expect(body).toContain('| Blocks per stage | 1 |');
  });

  it('claims no normalisation that nobody has said, and has the ONNX file take none', async () => {
    const data = { ...run.config.data, normalizationSource: 'assumed' as const };
    const imported = { source: 'old.pth', weights: new Map() };
    const unknown = { ...run, imported, config: { ...run.config, data } };
    const publication = await publicationOf(unknown, names, 'ResNet-4');
    expect(publication.onnxInput).toBe('normalised');
    const card = modelCard(publication, place);
    expect(card).toContain('How the images of these weights are to be normalised is not known.');
    expect(card).toContain('It started from the weights of old.pth.');
    expect(card).not.toMatch(/minus the mean/);
    const says = ({ safetensors }: Publication) =>
      readSafetensors(new Uint8Array(safetensors)).metadata.has('mean');
    expect(says(publication)).toBe(false);
    // Weights that were drawn here, and a config that came along with others.
    const own = await publicationOf({ ...unknown, imported: null }, names, 'ResNet-4');
    expect(own.onnxInput).toBe('pixels');
    expect(says(own)).toBe(true);
  });

  it('leaves no markup to a name', async () => {
    const title = 'a <b>b</b> | [x](javascript:1)\n# y';
    const card = modelCard(await publicationOf(run, names, title), place);
    expect(card).toContain('# a \\<b\\>b\\</b\\> \\| \\[x\\](javascript:1) \\# y\n');
  });
});

it('links to the run and to its graph', () => {
  const link = runUrl(`${PAGE}?engine=cpu#v=1&view=runs`, run.config, 'Tiny');
  expect(link.startsWith(`${PAGE}#v=1&`)).toBe(true);
  const { setup, refused } = decodeSetup(new URL(link).hash);
  expect(refused).toEqual([]);
  expect(setup.runs).toEqual([{ config: run.config, name: 'Tiny' }]);
  expect(netronUrl('ada/net')).toBe(
    'https://netron.app/?url=https%3A%2F%2Fhuggingface.co%2Fada%2Fnet%2Fresolve%2Fmain%2Fmodel.onnx',
  );
});

it('knows the names that the hub takes', () => {
  for (const name of ['resnet-20', 'a', 'ResNet_20.v2']) expect(repoNameFault(name)).toBeNull();
  for (const name of ['', '-a', 'a.', 'a--b', 'a..b', 'a b', 'ä', 'x.git', 'a'.repeat(97)]) {
    expect(repoNameFault(name), name).not.toBeNull();
  }
  expect(suggestedRepoName('PreResNet-20 (2), “wide”')).toBe('preresnet-20-2-wide');
  expect(suggestedRepoName('残差')).toBe('resnet');
});
