/** What a reload, or a crash, has cost. */
import type { PageState } from '../../app/state.ts';
import { formatCount } from '../../charts/format.ts';
import { usePage, useSession } from '../context.ts';
import { Notice } from '../Notice.tsx';
import { t } from '../../text/t.ts';

type SettingsOnly = Extract<PageState['reload'], { kind: 'settingsOnly' }>;

const REASONS: Readonly<Record<NonNullable<SettingsOnly['why']>, string>> = {
  missing: t`no checkpoint of this tab was found`,
  elsewhere: t`the runs continue in another tab, of which this one is a copy`,
  unreadable: t`their checkpoint can’t be read`,
};

export function ReloadNotice() {
  const session = useSession();
  const { reload } = usePage((state) => ({ reload: state.reload }));
  const dismiss = (
    <button
      type="button"
      onClick={() => session.store.setState({ reload: { kind: 'none' } })}
    >{t`Dismiss`}</button>
  );
  switch (reload.kind) {
    case 'resumed': {
      const lost = reload.reached - reload.from;
      return (
        <Notice
          title={lost === 1 ? t`One step was lost.` : t`${formatCount(lost)} steps were lost.`}
        >
          <p>{t`Training was interrupted at step ${formatCount(reload.reached)} and continues from step ${formatCount(reload.from)}, where it was last saved.`}</p>
          {dismiss}
        </Notice>
      );
    }
    case 'settingsOnly':
      if (reload.stepsLost === 0) {
        return (
          <Notice title={t`The weights of a file are gone.`}>
            <p>{t`No step had been made from them, and ${REASONS[reload.why ?? 'missing']}. The runs’ settings are restored; open the file again to start from its weights.`}</p>
            {dismiss}
          </Notice>
        );
      }
      return (
        <Notice title={t`The runs start again at step 0.`}>
          <p>{t`Training was interrupted at step ${formatCount(reload.stepsLost)}, and ${REASONS[reload.why ?? 'missing']}. The runs’ settings are restored; press Train to start over.`}</p>
          {dismiss}
        </Notice>
      );
    default:
      return null;
  }
}
