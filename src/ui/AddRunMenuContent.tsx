/** Runs to add beside the selected one. */
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { asItIsEdited, twinOf, withOtherSeed } from '../app/newRuns.ts';
import { hasShortcuts } from '../model/shortcuts.ts';
import { PRESETS, presetConfig } from '../model/presets.ts';
import { usePage, useSelectedRun, useSession } from './context.ts';
import { menuContainer } from './menuContainer.ts';

interface AddRunMenuContentProps {
  /** The name of its button. */
  readonly label: string;
  readonly disabled: boolean;
}

/** Open from the start: it is loaded when it is first opened. */
export function AddRunMenuContent({ label, disabled }: AddRunMenuContentProps) {
  const session = useSession();
  const selected = useSelectedRun();
  const runs = usePage((state) => state.runs);
  const [isListed, setIsListed] = useState(false);
  if (selected === null) return null;
  const { name } = selected;
  const config = asItIsEdited(selected);
  const otherSeed = withOtherSeed(config, runs.map(asItIsEdited));
  const kind = hasShortcuts(config.model) ? 'without' : 'with';
  const addNetwork = (preset: string) => {
    const { model } = presetConfig(preset, config.data);
    const { classes } = config.model;
    session.addRun({ ...config, model: { ...model, classes } });
  };
  return (
    <DropdownMenu.Root modal={false} defaultOpen onOpenChange={() => setIsListed(false)}>
      <DropdownMenu.Trigger asChild disabled={disabled}>
        <button type="button" aria-label={label}>
          <span aria-hidden="true">▾</span>
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={menuContainer()}>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label>Beside {name}</DropdownMenu.Label>
          <DropdownMenu.Item onSelect={() => session.addRun(twinOf(config))}>
            Twin <span className="faint">the same {kind} shortcuts</span>
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => session.addRun(config)}>
            Duplicate <span className="faint">the same again, to change something</span>
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => session.addRun(otherSeed)}>
            Other seed{' '}
            <span className="faint">
              {otherSeed.training.seed}: other initial weights, other batches
            </span>
          </DropdownMenu.Item>
          <DropdownMenu.Separator />
          {isListed ? (
            <>
              <DropdownMenu.Label>Another network, trained like {name}</DropdownMenu.Label>
              {PRESETS.map((preset) => (
                <DropdownMenu.Item key={preset.name} onSelect={() => addNetwork(preset.name)}>
                  {preset.title}
                </DropdownMenu.Item>
              ))}
            </>
          ) : (
            <DropdownMenu.Item
              onSelect={(event) => {
                // A menu beside this one would not be on a phone's screen.
                event.preventDefault();
                setIsListed(true);
              }}
            >
              Another network… <span className="faint">trained like {name}</span>
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
