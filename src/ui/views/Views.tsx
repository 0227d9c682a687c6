/** Tabs over the page's views. Written out: a library's would weigh as much as a chart in the page's first load. */
import { type KeyboardEvent, Suspense, useId } from 'react';
import { isHidden } from '../../app/address/hidden.ts';
import { usePage, useSession } from '../context.ts';
import { partsHidden } from '../sharing/Shown.tsx';
import { VIEWS } from './registry.ts';
import './views.css';
import { t } from '../../text/t.ts';

export function Views() {
  const { store } = useSession();
  const name = useId();
  const view = usePage((state) => state.view);
  const hidden = usePage(partsHidden);
  const [first, ...others] = VIEWS;
  const views = [first, ...others.filter(({ id }) => !isHidden(hidden, `tab-${id}`))];
  const shown = views.find(({ id }) => id === view) ?? first;
  const { View } = shown;
  const show = (id: string) => store.setState({ view: id });
  /** As in the tabs of WAI-ARIA: the arrows go round, and what has the focus is shown. */
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const at = views.indexOf(shown);
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: -1,
    };
    const place = places[event.key];
    const to = place === undefined ? undefined : views.at(place % views.length);
    if (to === undefined) return;
    event.preventDefault();
    show(to.id);
    document.getElementById(`${name}${to.id}`)?.focus();
  };
  return (
    <div className="views">
      <div className="view-tabs" role="tablist" aria-label={t`Views`} onKeyDown={onKeyDown}>
        {views.map(({ id, title }) => (
          <button
            key={id}
            id={`${name}${id}`}
            type="button"
            role="tab"
            aria-selected={id === shown.id}
            aria-controls={id === shown.id ? name : undefined}
            tabIndex={id === shown.id ? 0 : -1}
            onClick={() => show(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        key={shown.id}
        id={name}
        className="column view"
        role="tabpanel"
        aria-labelledby={`${name}${shown.id}`}
        tabIndex={-1}
      >
        <Suspense fallback={<p className="empty">{t`Loading…`}</p>}>
          <View />
        </Suspense>
      </div>
    </div>
  );
}
