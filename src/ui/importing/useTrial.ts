/** Tries what a file leaves open on test images: which answer gives the better accuracy? */
import { useEffect, useRef, useState } from 'react';
import type { PageSession } from '../../app/pageSession.ts';
import { resultOf } from '../../app/studies.ts';
import type { Studied } from '../../training/studies/study.ts';
import type { Choice, Settings } from './choices.ts';
import { t } from '../../text/t.ts';

/** Test images that each answer is tried on. */
export const TRIAL_IMAGES = 500;
const STUDY = 'import trial';

/** An answer, and how it did. */
export interface Score {
  readonly value: string;
  readonly name: string;
  /** 0–1 */
  readonly accuracy: number;
}

/** Of all questions by their fields, as far as they are known. */
export type Scores = ReadonlyMap<string, readonly Score[]>;

interface Trial {
  readonly scores: Scores;
  /** How many answers have been tried, of how many; null: none is being tried. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** Why it ended early; null if it did not. */
  readonly failure: string | null;
}

const NONE: Trial = { scores: new Map(), progress: null, failure: null };

/** One of a question's answers, to be tried while the others stay as they are. */
interface Attempt {
  readonly field: string;
  readonly value: string;
  readonly name: string;
  readonly settings: Settings;
}

/** @param key changes when another file is opened. @param subject the network under further settings, to be studied. */
export function useTrial(
  session: PageSession,
  key: string,
  subject: (settings: Settings) => Promise<Exclude<Studied, { run: string }> | null>,
): Trial & { start(choices: ReadonlyMap<string, Choice>): void } {
  const [trial, setTrial] = useState(NONE);
  const turn = useRef(0);
  useEffect(() => {
    setTrial(NONE);
    return () => {
      turn.current++;
      session.queries.cancelStudy(STUDY);
    };
  }, [session, key]);

  const run = async (choices: ReadonlyMap<string, Choice>) => {
    const own = ++turn.current;
    const attempts = [...choices].flatMap(([field, choice]) =>
      choice.options.map(
        ([value, name]): Attempt => ({
          ...{ field, value, name },
          // The present answer is the same network for every question.
          settings: value === choice.value ? new Map() : choice.settings(value),
        }),
      ),
    );
    const scores = new Map<string, Score[]>();
    let present: number | null = null;
    const total = attempts.filter(({ settings }) => settings.size > 0).length + 1;
    let done = 0;
    for (const { field, value, name, settings } of attempts) {
      setTrial({ scores: new Map(scores), progress: { done, total }, failure: null });
      let accuracy: number | null = settings.size === 0 ? present : null;
      if (accuracy === null) {
        try {
          const network = await subject(settings);
          if (own !== turn.current) return;
          // An answer under which the tensors no longer fit is none.
          if (network === null) continue;
          accuracy = await accuracyOf(session, network);
        } catch (error) {
          const failure = error instanceof Error ? error.message : String(error);
          setTrial({ scores: new Map(scores), progress: null, failure });
          return;
        }
        if (own !== turn.current) return;
        done++;
        if (settings.size === 0) present = accuracy;
      }
      scores.set(field, [...(scores.get(field) ?? []), { value, name, accuracy }]);
    }
    setTrial({ scores, progress: null, failure: null });
  };
  return { ...trial, start: (choices) => void run(choices) };
}

/** @throws Error saying why it could not be measured */
function accuracyOf(session: PageSession, of: Exclude<Studied, { run: string }>): Promise<number> {
  session.queries.study(STUDY, { kind: 'lesions', of, images: TRIAL_IMAGES, sets: [[]] });
  return new Promise((resolve, reject) => {
    const look = (): boolean => {
      const state = session.store.getState().studies[STUDY];
      if (state?.status === 'running') return false;
      const accuracy = resultOf(state, 'lesions')?.rows[0]?.accuracy;
      if (state?.status === 'done' && accuracy !== undefined) resolve(accuracy);
      else reject(new Error(state?.status === 'failed' ? state.message : t`It was cancelled.`));
      return true;
    };
    const stop = session.store.subscribe(() => {
      if (look()) stop();
    });
    if (look()) stop();
  });
}
