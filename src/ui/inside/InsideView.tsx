/** Inside the networks: their mistakes, activation maps, first filters, and how they classify one's own picture. */
import { Tabs } from 'radix-ui';
import type { ComponentType } from 'react';
import { FiltersPanel } from './FiltersPanel.tsx';
import { insideStore, type PanelId, useInside } from './insideStore.ts';
import { MapsPanel } from './MapsPanel.tsx';
import { MistakesPanel } from './MistakesPanel.tsx';
import { PicturePanel } from './PicturePanel.tsx';
import '../studies/studies.css';
import './inside.css';
import './maps.css';
import './matrix.css';
import './pictures.css';
import { t } from '../../text/t.ts';

const PANELS: readonly {
  readonly id: PanelId;
  readonly title: string;
  readonly Panel: ComponentType;
}[] = [
  { id: 'mistakes', title: t`Mistakes`, Panel: MistakesPanel },
  { id: 'maps', title: t`Activation maps`, Panel: MapsPanel },
  { id: 'filters', title: t`First filters`, Panel: FiltersPanel },
  { id: 'picture', title: t`Your own picture`, Panel: PicturePanel },
];

export function InsideView() {
  const panel = useInside((state) => state.panel);
  const choose = (id: string) => {
    const chosen = PANELS.find((entry) => entry.id === id);
    if (chosen !== undefined) insideStore.setState({ panel: chosen.id });
  };
  return (
    <Tabs.Root className="column inside" value={panel} onValueChange={choose}>
      <Tabs.List className="inside-tabs" aria-label={t`Inside the networks`}>
        {PANELS.map(({ id, title }) => (
          <Tabs.Trigger key={id} value={id} className="inside-tab">
            {title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {PANELS.map(({ id, Panel }) => (
        <Tabs.Content key={id} value={id} className="column inside-panel" tabIndex={-1}>
          <Panel />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
