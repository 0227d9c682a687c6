/** Tabs over the page's views. */
import { Tabs } from 'radix-ui';
import { Suspense } from 'react';
import { isHidden } from '../../app/address/hidden.ts';
import { usePage, useSession } from '../context.ts';
import { partsHidden } from '../sharing/Shown.tsx';
import { VIEWS } from './registry.ts';
import './views.css';

export function Views() {
  const { store } = useSession();
  const view = usePage((state) => state.view);
  const hidden = usePage(partsHidden);
  const [first, ...others] = VIEWS;
  const views = [first, ...others.filter(({ id }) => !isHidden(hidden, `tab-${id}`))];
  const shown = views.find(({ id }) => id === view) ?? first;
  return (
    <Tabs.Root
      className="views"
      value={shown.id}
      onValueChange={(id) => store.setState({ view: id })}
    >
      <Tabs.List className="view-tabs" aria-label="Views">
        {views.map(({ id, title }) => (
          <Tabs.Trigger key={id} value={id}>
            {title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {views.map(({ id, View }) => (
        <Tabs.Content key={id} value={id} className="column view" tabIndex={-1}>
          <Suspense fallback={<p className="empty">Loading…</p>}>
            <View />
          </Suspense>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
