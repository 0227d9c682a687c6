/** The loss's geometry: what lies between trained networks, and what training passed on its way. */
import { useSubjects } from '../studies/useStudies.ts';
import { LinePanel } from './LinePanel.tsx';
import '../studies/studies.css';

export function GeometryView() {
  const subjects = useSubjects();
  return (
    <div className="column study">
      <LinePanel subjects={subjects} />
    </div>
  );
}
