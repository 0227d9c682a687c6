/** The loss's geometry: what lies between trained networks, and where training passed. */
import { useSubjects } from '../studies/useStudies.ts';
import { CurvaturePanel } from './CurvaturePanel.tsx';
import { LinePanel } from './LinePanel.tsx';
import { PathPanel } from './PathPanel.tsx';
import '../studies/studies.css';

export function GeometryView() {
  const subjects = useSubjects();
  // Kept runs have no path.
  const training = subjects.filter(({ run }) => run.isLive);
  return (
    <div className="column study">
      <PathPanel subjects={training} />
      <CurvaturePanel subjects={training} />
      <LinePanel subjects={subjects} />
    </div>
  );
}
