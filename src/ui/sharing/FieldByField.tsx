/** What a link takes off the page, part by part, and the lock that forbids even cuts. */
import { PART_GROUPS, type PartGroup } from '../../app/address/parts.ts';
import { Check } from '../inputs.tsx';
import { VIEWS } from '../views/registry.ts';
import type { TeacherChoice } from './teacherChoice.ts';
import { t } from '../../text/t.ts';

interface FieldByFieldProps {
  readonly choice: TeacherChoice;
  readonly onChange: (choice: TeacherChoice) => void;
}

/** All views except the first, which is always there. */
const TABS: PartGroup = {
  title: t`Tabs`,
  parts: VIEWS.slice(1).map(({ id, title }) => ({ id: `tab-${id}`, title })),
};

const GROUPS = [...PART_GROUPS, TABS].filter(({ parts }) => parts.length > 0);

export function FieldByField({ choice, onChange }: FieldByFieldProps) {
  const { hide, lock } = choice;
  const toggle = (id: string, isHidden: boolean) =>
    onChange({ ...choice, hide: isHidden ? [...hide, id] : hide.filter((other) => other !== id) });
  return (
    <details open={lock === true || hide.length > 0}>
      <summary>{t`Choose field by field`}</summary>
      <Check
        checked={lock === true}
        onChange={(checked) => onChange({ ...choice, lock: checked })}
      >{t`Lock the networks and their training, shortcuts included. Students can train and look, and unlock the page if they want to.`}</Check>
      <div className="teacher-groups">
        {GROUPS.map(({ title, parts }) => (
          <fieldset key={title}>
            <legend>{t`Hide: ${title}`}</legend>
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
