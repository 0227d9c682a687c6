/** Injects faults, several browsers side by side, and writes down what came of each. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { Chromium } from '../support/chromium.ts';
import { Dice } from '../support/dice.ts';
import type { PageServer } from '../support/server.ts';
import type { Kind } from './kinds/kind.ts';
import { Stage, shortened } from './stage.ts';
import { DeadPage } from './tab.ts';
import { Undisturbed } from './undisturbed.ts';
import { type CaseResult, isGood, VERDICTS } from './verdict.ts';

export interface Plan {
  readonly kinds: readonly Kind[];
  readonly faults: number;
  readonly seed: number;
  readonly workers: number;
  /** Null: no limit. */
  readonly minutes: number | null;
  /** A line of JSON a case; cases that it holds already are not run again. Null: none. */
  readonly file: string | null;
  /** Stops at the first verdict that is not good. */
  readonly log: (line: string) => void;
}

/** Most faults into one training: opening a page and judging it takes longer than a fault. */
const MOST_FAULTS = 8;
/** After so many cases a browser is started afresh. */
const CASES_PER_BROWSER = 60;
const CASE_LIMIT_MS = 600_000;

/** @returns every case, those of the file included. */
export async function campaign(plan: Plan, server: PageServer): Promise<CaseResult[]> {
  const done = plan.file === null ? [] : earlier(plan.file);
  const known = new Set(done.map(({ kind, seed }) => `${kind} ${seed}`));
  const deadlineMs = plan.minutes === null ? Infinity : Date.now() + plan.minutes * 60_000;
  const order = plan.kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  let next = plan.seed;
  let injected = done.reduce((sum, { faults }) => sum + faults, 0);
  const wholes = new Undisturbed(server);

  const worker = async (): Promise<void> => {
    let chromium = await Chromium.start();
    for (let cases = 1; injected < plan.faults && Date.now() < deadlineMs; cases++) {
      const seed = next++;
      const kind = order[(seed - plan.seed) % order.length];
      if (kind === undefined || known.has(`${kind.name} ${seed}`)) continue;
      const result = await runCase(kind, seed, chromium, server, wholes, MOST_FAULTS);
      injected += result.faults;
      done.push(result);
      if (plan.file !== null) appendFileSync(plan.file, `${JSON.stringify(result)}\n`);
      plan.log(lineOf(result, injected));
      if (cases % CASES_PER_BROWSER !== 0 && result.verdict !== 'DEAD PAGE') continue;
      await chromium.close();
      chromium = await Chromium.start();
    }
    await chromium.close();
  };
  await Promise.all(Array.from({ length: plan.workers }, worker));
  return done;
}

/** One case, judged. */
export async function runCase(
  kind: Kind,
  seed: number,
  chromium: Chromium,
  server: PageServer,
  wholes: Undisturbed,
  mostFaults: number,
): Promise<CaseResult> {
  const startedMs = Date.now();
  const origin = `c${seed}-${startedMs.toString(36)}${kind.isRefused === true ? '.refused' : ''}`;
  const dice = new Dice(seed, kind.name);
  const wholeOf = (link: string) => wholes.of(link, chromium);
  const stage = new Stage(dice, chromium, server, origin, wholeOf, mostFaults);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadPage('the case takes ten minutes')), CASE_LIMIT_MS);
  });
  try {
    await Promise.race([kind.run(stage), limit]);
    await stage.inspect();
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    stage.complain('DEAD PAGE', shortened(text));
    await stage.inspect().catch(() => undefined);
  } finally {
    clearTimeout(timer);
    stage.misbehave(null);
    await stage.closeTabs();
  }
  const worst = stage.found.reduce<(typeof stage.found)[number]>(
    (before, one) =>
      VERDICTS.indexOf(one.verdict) > VERDICTS.indexOf(before.verdict) ? one : before,
    { verdict: 'whole', note: '' },
  );
  return {
    kind: kind.name,
    seed,
    faults: Math.max(1, stage.faults),
    ...worst,
    stepsLost: stage.stepsLost,
    secondsLost: stage.secondsLost,
    tookMs: Date.now() - startedMs,
  };
}

function earlier(file: string): CaseResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as CaseResult);
}

function lineOf({ kind, seed, verdict, note, tookMs }: CaseResult, injected: number): string {
  const what = isGood(verdict) ? verdict : `${verdict}: ${note}  (--only ${kind} --seed ${seed})`;
  return `${String(injected).padStart(5)}  ${kind} ${seed}  ${(tookMs / 1000).toFixed(1)} s  ${what}`;
}
