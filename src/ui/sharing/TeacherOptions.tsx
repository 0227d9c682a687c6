/** For lessons: what a link hides, and whether it locks the setup. */
import { PART_GROUPS, type PartGroup } from '../../app/address/parts.ts';
import { Check } from '../inputs.tsx';
import { VIEWS } from '../views/registry.ts';

export interface TeacherChoice {
  /** Parts, by id. */
  readonly hide: readonly string[];
  readonly lock: boolean;
}

interface TeacherOptionsProps {
  readonly choice: TeacherChoice;
  readonly onChange: (choice: TeacherChoice) => void;
}

/** All views except the first, which is always there. */
const TABS: PartGroup = {
  title: 'Tabs',
  parts: VIEWS.slice(1).map(({ id, title }) => ({ id: `tab-${id}`, title })),
};

const GROUPS = [...PART_GROUPS, TABS].filter(({ parts }) => parts.length > 0);

export function TeacherOptions({ choice, onChange }: TeacherOptionsProps) {
  const { hide, lock } = choice;
  const toggle = (id: string, isHidden: boolean) =>
    onChange({ ...choice, hide: isHidden ? [...hide, id] : hide.filter((other) => other !== id) });
  return (
    <details className="teacher" open={lock || hide.length > 0}>
      <summary>For teachers: hide parts of the page, lock the setup</summary>
      <Check checked={lock} onChange={(checked) => onChange({ ...choice, lock: checked })}>
        Lock the networks and their training. Students can train and look, and unlock the page if
        they want to.
      </Check>
      <div className="teacher-groups">
        {GROUPS.map(({ title, parts }) => (
          <fieldset key={title}>
            <legend>Hide: {title}</legend>
            {parts.map((part) => (
              <Check
                key={part.id}
                checked={hide.includes(part.id)}
                onChange={(isHidden) => toggle(part.id, isHidden)}
              >
                {part.title}
              </Check>
            ))}
          </fieldset>
        ))}
      </div>
    </details>
  );
}
