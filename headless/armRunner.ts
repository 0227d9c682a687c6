/** Runs the arms of an experiment as the page does, on the page's own session, without a page. */
import { nodeCodecs } from '../src/data/nodeCodecs.ts';
import type { Source } from '../src/data/types.ts';
import type { EngineDevice } from '../src/engine/api.ts';
import type { EngineId } from '../src/engine/engineNames.ts';
import type { ArmResult } from '../src/app/experiments/armResult.ts';
import type { Arm } from '../src/app/experiments/experiment.ts';
import { resultOf } from '../src/app/experiments/result.ts';
import { asGiven } from '../src/app/experiments/runner.ts';
import { PageSession } from '../src/app/pageSession.ts';
import { isAtRest, type PageState, type RunView } from '../src/app/state.ts';
import type { TrainingClient } from '../src/training/client.ts';
import type { TrainingEvent } from '../src/training/protocol/events.ts';
import { TrainingSession } from '../src/training/trainingSession.ts';

interface Setting {
  readonly engine: EngineId;
  readonly device: EngineDevice;
  /** Of the images. */
  readonly sources: readonly Source[];
}

/** A session whose training runs in this thread. */
export function openSession(setting: Setting): PageSession {
  const session = new PageSession({
    createTrainer: () => inThisThread(setting),
    baseUrl: 'http://localhost/',
    saveFile: () => undefined,
  });
  session.open();
  return session;
}

function inThisThread({ engine, device, sources }: Setting): TrainingClient {
  const listeners = new Set<(event: TrainingEvent) => void>();
  const training = new TrainingSession({
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    openEngine: async () => ({ id: engine, device, passedOver: [] }),
    data: { sources, cache: null, codecs: nodeCodecs },
  });
  void training.serve();
  return {
    send: (command) => training.handle(command),
    saveRun: (id) => training.saveRun(id),
    keepNow: () => training.keepNow(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose: () => undefined,
  };
}

/** Trains the arms side by side to their ends, tests them, and measures them. @throws Error where training fails */
export async function trainArms(
  session: PageSession,
  arms: readonly Arm[],
): Promise<readonly ArmResult[]> {
  await settled(session, ({ phase }) => phase !== 'opening');
  const ids = session.replaceRuns(arms.map(asGiven));
  session.send({ type: 'train' });
  const isDone = ({ finished, diverged, evaluation, config }: RunView): boolean =>
    diverged !== null ||
    (finished && (config.data.test === 0 || evaluation?.step === config.training.steps));
  const page = await settled(
    session,
    ({ runs, phase, rests }) =>
      isAtRest({ phase, rests }) && runs.every((run) => ids.includes(run.id) && isDone(run)),
  );
  const images = {
    title: page.data?.info.title ?? '',
    isCifar10: page.data?.info.isCifar10 ?? false,
  };
  const measured = {
    adapter: page.adapter?.name ?? '',
    images,
    testImages: page.data?.progress.testImages ?? 0,
  };
  return arms.map((arm, i) => {
    const run = page.runs.find(({ id }) => id === ids[i]);
    if (run === undefined) throw new Error(`${arm.name} is gone`);
    return resultOf(arm, run, session.history(run.id), measured);
  });
}

function settled(session: PageSession, isReady: (page: PageState) => boolean): Promise<PageState> {
  return new Promise((resolve, reject) => {
    const look = (page: PageState): void => {
      const failure = page.failure ?? page.dataError ?? page.unsupported?.message ?? null;
      if (failure !== null) reject(new Error(failure));
      else if (isReady(page)) resolve(page);
      else return;
      stop();
    };
    const stop = session.store.subscribe(look);
    look(session.store.getState());
  });
}
