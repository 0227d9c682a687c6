/** The place of a link's task and questions; loaded where a link has some. */
import { Suspense } from 'react';
import { usePage } from '../context.ts';
import { lazily } from '../lazily.tsx';

const Lesson = lazily(
  () => import('./Lesson.tsx'),
  ({ Lesson }) => Lesson,
);

export function LessonSlot() {
  const isThere = usePage(
    ({ address: { task, questions } }) => task !== null || questions.length > 0,
  );
  if (!isThere) return null;
  return (
    <Suspense>
      <Lesson />
    </Suspense>
  );
}
