/** The session's one experiment runner, made when it is first asked for. */
import { useEffect, useState } from 'react';
import { ExperimentRunner } from '../../app/experiments/runner.ts';
import { browserStore } from '../../app/experiments/store.ts';
import type { AdapterSpeed } from '../../app/experiments/time.ts';
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

/** What is known of this adapter's speed; null until it has been measured. */
export function useAdapterSpeed(): AdapterSpeed | null {
  const runner = useRunner();
  const { gflops, isSoftware, status } = usePage(({ gflops, adapter, experiment }) => ({
    gflops,
    isSoftware: adapter?.isSoftware ?? false,
    status: experiment?.status ?? null,
  }));
  const [known, setKnown] = useState<AdapterSpeed['known'] | null>(null);
  useEffect(() => {
    let isGone = false;
    // `status`: an experiment that has ended has measured.
    if (gflops !== null && status !== undefined)
      void runner.speeds().then((speeds) => !isGone && setKnown(speeds));
    return () => {
      isGone = true;
    };
  }, [runner, gflops, status]);
  return gflops === null || known === null ? null : { gflops, isSoftware, known };
}
