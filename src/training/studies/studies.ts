/**
 * The studies asked for, a round of each in turn, between bursts of training. Each looks at a copy of
 * its network, made when it was asked for, and changes no run.
 */
import { deferred } from '../../chunk.ts';
import { reasonOf } from '../../data/dataError.ts';
import type { EngineDevice } from '../../engine/api.ts';
import type { RunConfig } from '../../model/config.ts';
import { recentLoss } from '../deviceReports.ts';
import type { TrainingEvent } from '../protocol/events.ts';
import type { Run } from '../run.ts';
import type { Trainer } from '../trainer.ts';
import type { TrainingData } from '../trainingData.ts';
import type { StudyPlan, StudyProgress } from './kind.ts';
import type { Studied, Study, StudyResult } from './study.ts';
import type { StudyContext } from './studyContext.ts';
import { keptSubject, liveSubject, type Subject } from './subject.ts';
import { t } from '../../text/t.ts';

const NO_IMAGES = {
  train: t`There are no train images.`,
  test: t`There are no test images.`,
};

const registry = deferred(() => import('./registry.ts'));

interface Waiting {
  readonly key: string;
  /** The live runs that it is of. */
  readonly runs: readonly Run[];
  readonly subject: Subject;
  readonly plan: StudyPlan<StudyResult, StudyResult>;
  begin(device: EngineDevice): Work;
  /** Set once it has begun. */
  work: Work | null;
  /** Milliseconds that its rounds took so far. */
  workMs: number;
  /** Why it is to end; null: it isn't. */
  end: Ended | null;
}

interface Work {
  readonly context: StudyContext;
  readonly rounds: AsyncGenerator<StudyProgress<StudyResult>, StudyResult, void>;
}

type Ended =
  | { readonly type: 'studyCancelled'; readonly key: string }
  | { readonly type: 'studyFailed'; readonly key: string; readonly message: string };

export class Studies {
  private queue: Waiting[] = [];
  /** The study whose round is under way. */
  private busy: Waiting | null = null;
  /** Whether training did something since the last round. */
  private isNext = true;

  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly trainer: Trainer,
    private readonly dataOf: (subject: { readonly config: RunConfig }) => TrainingData,
  ) {}

  /** Queues a study of a copy made now, in place of one with the same key. */
  async add(device: EngineDevice | null, key: string, study: Study): Promise<void> {
    this.cancel(key);
    if (device !== null) await this.trainer.settle(device);
    try {
      if (device === null) throw new Error(t`There is no engine to work on.`);
      const { contextOf, planStudy } = await registry();
      const { run, subject } = await this.copyOf(study.of);
      const second = 'to' in study ? await this.copyOf(study.to) : null;
      const runs = [run, second?.run ?? null].filter((one) => one !== null);
      const other = second?.subject ?? null;
      const plan = planStudy(study);
      const begin = (on: EngineDevice): Work => {
        const context = contextOf(on, subject, this.dataOf(subject), other);
        return { context, rounds: plan.run(context) };
      };
      this.queue.push({ key, runs, subject, plan, begin, work: null, workMs: 0, end: null });
      const { step } = subject;
      this.emit({ type: 'studyProgress', key, step, done: 0, total: 1, workMs: 0 });
    } catch (error) {
      this.emit({ type: 'studyFailed', key, message: reasonOf(error) });
    }
  }

  /** The networks looked at, whose images are needed. */
  get all(): readonly Subject[] {
    return this.queue.map(({ subject }) => subject);
  }

  /** May be called at any time; a study under way ends with its round. */
  cancel(key: string): void {
    for (const study of this.queue.filter((one) => one.key === key)) {
      this.finish(study, { type: 'studyCancelled', key });
    }
  }

  /** Drops studies of runs that are gone or were rebuilt. */
  dropOrphans(): void {
    for (const study of this.queue) {
      if (study.runs.every((run) => this.trainer.runs.get(run.id) === run)) continue;
      const message = t`Its run was removed or rebuilt in the meantime.`;
      this.finish(study, { type: 'studyFailed', key: study.key, message });
    }
  }

  /** Ends all studies, e.g. because of a change of engine. @param isGone whether the device is lost, with all on it. */
  failAll(message: string, isGone: boolean): void {
    for (const study of [...this.queue]) {
      if (isGone) study.work?.context.abandon();
      this.finish(study, { type: 'studyFailed', key: study.key, message });
    }
  }

  /** Whether one could continue now. */
  get isReady(): boolean {
    return this.next() !== undefined;
  }

  /** Whether the next thing to do is a round: where it `shares` the device with training, every other time. */
  takesTurn(shares: boolean): boolean {
    const takes = this.isReady && (this.isNext || !shares);
    this.isNext = !takes;
    return takes;
  }

  /**
   * One round of the first study whose images are there.
   * @returns false where there is none.
   * @throws errors that may come from a lost device.
   */
  async round(device: EngineDevice): Promise<boolean> {
    await this.trainer.settle(device);
    const study = this.next();
    if (study === undefined) return false;
    const { key, subject } = study;
    const { step } = subject;
    this.busy = study;
    try {
      const readiness = this.readiness(study);
      if (readiness instanceof Error) throw readiness;
      const startMs = performance.now();
      study.work ??= study.begin(device);
      study.work.context.beginRound();
      const { value, done } = await study.work.rounds.next();
      study.workMs += performance.now() - startMs;
      const { workMs } = study;
      this.busy = null;
      if (study.end !== null) this.finish(study, study.end);
      else if (done) {
        this.remove(study);
        this.emit({ type: 'studyDone', key, step, result: value, workMs });
      } else {
        // To the end of the queue: a long study does not hold up a short one, and two nets' pictures grow side by side.
        this.queue = [...this.queue.filter((other) => other !== study), study];
        this.emit({ type: 'studyProgress', key, step, workMs, ...value });
      }
    } catch (error) {
      this.busy = null;
      const lost = await recentLoss(device);
      if (lost !== null) throw error;
      this.finish(study, study.end ?? { type: 'studyFailed', key, message: reasonOf(error) });
    }
    return true;
  }

  /** @throws Error where there is none. */
  private async copyOf(of: Studied): Promise<{ run: Run | null; subject: Subject }> {
    if ('config' in of) return { run: null, subject: await keptSubject(of.config, of.tensors) };
    const run = this.trainer.runs.get(of.run);
    if (run === undefined) throw new Error(t`This run no longer exists.`);
    return { run, subject: await liveSubject(run) };
  }

  private next(): Waiting | undefined {
    return this.queue.find((study) => this.readiness(study) !== 'waiting');
  }

  /** `waiting`: for images on their way. Otherwise why they will not come, or null: they are there. */
  private readiness({ plan: { needs }, subject, work }: Waiting): 'waiting' | Error | null {
    if (needs.length === 0 || work !== null) return null;
    const data = this.dataOf(subject);
    const { info, failure } = data;
    if (info !== null) {
      const lacking = needs.find(({ split }) => info[split] === 0);
      if (lacking !== undefined) return new Error(NO_IMAGES[lacking.split]);
      const areHere = needs.every(
        ({ split, images }) => data.arrived(split) >= Math.min(images, info[split]),
      );
      if (areHere) return null;
    }
    return failure === null ? 'waiting' : new Error(failure);
  }

  /** Ends a study, at once unless its round is under way. */
  private finish(study: Waiting, end: Ended): void {
    study.end = end;
    if (study === this.busy) return;
    this.remove(study);
    this.emit(end);
  }

  private remove(study: Waiting): void {
    this.queue = this.queue.filter((other) => other !== study);
    study.work?.context.destroy();
  }
}
