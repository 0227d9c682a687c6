/** Tabs over the page's views. */
import { Tabs } from 'radix-ui';
import { Suspense } from 'react';
import { usePage, useSession } from '../context.ts';
import { VIEWS } from './registry.ts';
import './views.css';

export function Views() {
  const { store } = useSession();
  const view = usePage((state) => state.view);
  const shown = VIEWS.find(({ id }) => id === view) ?? VIEWS[0];
  return (
    <Tabs.Root
      className="views"
      value={shown.id}
      onValueChange={(id) => store.setState({ view: id })}
    >
      <Tabs.List className="view-tabs" aria-label="Views">
        {VIEWS.map(({ id, title }) => (
          <Tabs.Trigger key={id} value={id}>
            {title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {VIEWS.map(({ id, View }) => (
        <Tabs.Content key={id} value={id} className="view" tabIndex={-1}>
          <Suspense fallback={<p className="empty">Loading…</p>}>
            <View />
          </Suspense>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
