/** What comes over the network: images and the page's own parts, late, wrong, cut off or not at all. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Misbehaviour } from '../../support/server.ts';
import type { Stage } from '../stage.ts';
import type { Tab } from '../tab.ts';
import { disturbedLife, FROM_FILES, type Kind, SHORT } from './kind.ts';

const WRONG_ANSWERS = ['hangUp', 'notFound', 'broken', 'html', 'garbage', 'cut', 'late'] as const;

/** A wrong answer to requests whose path matches. */
function answering(how: (typeof WRONG_ANSWERS)[number], path: RegExp): Misbehaviour {
  return (request, response, goOn) => {
    if (!path.test(request.url ?? '')) return false;
    const type = 'application/octet-stream';
    if (how === 'hangUp') request.socket.destroy();
    if (how === 'notFound') response.writeHead(404).end('No such file.');
    if (how === 'broken') response.writeHead(500).end();
    if (how === 'html') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Please sign in.</p>');
    }
    if (how === 'garbage') {
      response.writeHead(200, { 'Content-Type': type }).end(new Uint8Array(5000).fill(113));
    }
    if (how === 'cut') {
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': '90000' });
      response.write(new Uint8Array(3000));
      setTimeout(() => request.socket.destroy(), 30);
    }
    if (how === 'late') setTimeout(goOn, 800);
    return true;
  };
}

const images: Kind = {
  name: 'images-lost',
  what: 'the server of the images hangs up, answers late or wrongly, for a while',
  weight: 2,
  sample: 4,
  async run(stage) {
    const { dice } = stage;
    const link = FROM_FILES(SHORT);
    stage.misbehave(answering(dice.pick(WRONG_ANSWERS), /\/data\//));
    const tab = await stage.open(link);
    await tab.click('Train');
    await sleep(dice.between(0, 2500));
    stage.misbehave(null);
    stage.faults++;
    await stage.realImages(tab);
    await stage.judge(tab, link);
  },
};

/** Everything that is loaded when it is first opened. */
const OPENED = [
  ['tab', 'Runs'],
  ['tab', 'Inside'],
  ['tab', 'Lesions'],
  ['tab', 'Surface'],
  ['tab', 'Curves'],
  ['button', 'Experiments'],
  ['button', 'Share'],
  ['button', 'Tour'],
  ['button', 'Import weights'],
  ['button', 'Export'],
] as const;

async function openAll(stage: Stage, tab: Tab): Promise<void> {
  const { dice } = stage;
  for (const [role, name] of OPENED) {
    if (dice.chance(0.5)) continue;
    const part = tab.page.getByRole(role, { name }).first();
    await part.click({ timeout: 1500 }).catch(() => undefined);
    await sleep(dice.between(30, 250));
    await tab.page.keyboard.press('Escape');
  }
}

const chunks: Kind = {
  name: 'chunks-gone',
  what: 'the page’s own files are gone while it trains, as after a new version was put up, and parts not yet loaded are opened',
  weight: 3,
  sample: 10,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      const how = stage.dice.pick(['hangUp', 'notFound', 'broken', 'html'] as const);
      stage.misbehave(answering(how, /\/assets\//));
      await openAll(stage, tab);
      if (stage.dice.chance(0.3))
        await tab.until(async () => (await tab.statusText()).startsWith('Finished'), 4000);
      stage.misbehave(null);
    }),
};

const offline: Kind = {
  name: 'offline',
  what: 'the network is gone while the page trains, and parts not yet loaded are opened',
  weight: 1,
  sample: 6,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      stage.misbehave(answering('hangUp', /./));
      await openAll(stage, tab);
      stage.misbehave(null);
    }),
};

export const NETWORK: readonly Kind[] = [images, chunks, offline];
