/** Runs the arms of an experiment as the page does, on the page's own session, without a page. */

import type { ArmResult } from '../src/app/experiments/armResult.ts';
import type { Arm } from '../src/app/experiments/experiment.ts';
import { resultOf } from '../src/app/experiments/result.ts';
import { asGiven } from '../src/app/experiments/runner.ts';
import { PageSession } from '../src/app/pageSession.ts';
import { isAtRest, type PageState } from '../src/app/state.ts';
import { folderSource } from '../src/data/nodeFolder.ts';
import type { EngineDevice } from '../src/engine/api.ts';
import type { EngineId } from '../src/engine/engineNames.ts';
import type { TrainingClient } from '../src/training/client.ts';
import type { TrainingEvent } from '../src/training/protocol.ts';
import { TrainingSession } from '../src/training/trainingSession.ts';

interface Setting {
  readonly engine: EngineId;
  readonly device: EngineDevice;
  /** CIFAR-10's Parquet files. */
  readonly folder: string;
}

/** A session whose training runs in this thread. */
export function openSession({ engine, device, folder }: Setting): PageSession {
  const session = new PageSession({
    createTrainer: () => inThisThread({ engine, device, folder }),
    baseUrl: 'http://localhost/',
    saveFile: () => undefined,
  });
  session.open();
  return session;
}

function inThisThread({ engine, device, folder }: Setting): TrainingClient {
  const listeners = new Set<(event: TrainingEvent) => void>();
  const training = new TrainingSession({
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    openEngine: async () => ({ id: engine, device, passedOver: [] }),
    data: { sources: [folderSource(folder)], cache: null },
  });
  void training.serve();
  return {
    send: (command) => training.handle(command),
    saveRun: (id) => training.saveRun(id),
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
  const page = await settled(session, ({ runs, phase, experiment }) => {
    const live = runs.filter(({ id }) => ids.includes(id));
    void experiment;
    return (
      isAtRest(phase) &&
      live.every(
        ({ finished, diverged, evaluation, config }) =>
          diverged !== null ||
          (finished && (config.data.test === 0 || evaluation?.step === config.training.steps)),
      )
    );
  });
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
