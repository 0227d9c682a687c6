/** The session's only experiment runner, created when first needed. */
import { useEffect, useState } from 'react';
import { ExperimentRunner } from '../../app/experiments/runner.ts';
import { browserStore } from '../../app/experiments/store.ts';
import type { AdapterSpeed } from '../../app/experiments/time.ts';
import { machineOf } from '../../app/trainingTime.ts';
import type { PageSession } from '../../app/pageSession.ts';
import { usePage, useSession } from '../context.ts';

const runners = new WeakMap<PageSession, ExperimentRunner>();

export function useRunner(): ExperimentRunner {
  const session = useSession();
  const known = runners.get(session);
  if (known !== undefined) return known;
  const runner = new ExperimentRunner(session, browserStore());
  runners.set(session, runner);
  return runner;
}

/** This adapter's speed; null until it has been measured. */
export function useAdapterSpeed(): AdapterSpeed | null {
  const runner = useRunner();
  const { gflops, machine, status } = usePage(({ gflops, engine, adapter, experiment }) => ({
    gflops,
    machine: machineOf(engine?.id ?? null, adapter?.isSoftware ?? false),
    status: experiment?.status ?? null,
  }));
  const [known, setKnown] = useState<AdapterSpeed['known'] | null>(null);
  useEffect(() => {
    let isGone = false;
    // `status` changes when an experiment ends, which has then measured the speed.
    if (gflops !== null && status !== undefined)
      void runner.speeds().then((speeds) => !isGone && setKnown(speeds));
    return () => {
      isGone = true;
    };
  }, [runner, gflops, status]);
  return gflops === null || known === null ? null : { gflops, machine, known };
}
