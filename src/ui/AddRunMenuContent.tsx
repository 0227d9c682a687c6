/** Runs to add beside the selected one. */
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { asItIsEdited, twinOf, withOtherSeed } from '../app/newRuns.ts';
import { hasShortcuts } from '../model/shortcuts.ts';
import { NETWORK_PRESETS, presetConfig } from '../model/presets.ts';
import { usePage, useSelectedRun, useSession } from './context.ts';
import { menuContainer } from './menuContainer.ts';
import { t } from '../text/t.ts';

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
  const hasSome = hasShortcuts(config.model);
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
          <DropdownMenu.Label>{t`Beside ${name}`}</DropdownMenu.Label>
          <DropdownMenu.Item onSelect={() => session.addRun(twinOf(config))}>
            {t`Twin`}{' '}
            <span className="faint">
              {hasSome ? t`the same without shortcuts` : t`the same with shortcuts`}
            </span>
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => session.addRun(config)}>
            {t`Duplicate`} <span className="faint">{t`the same again, to change something`}</span>
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => session.addRun(otherSeed)}>
            {t`Other seed`}{' '}
            <span className="faint">{t`${otherSeed.training.seed}: other initial weights, other batches`}</span>
          </DropdownMenu.Item>
          <DropdownMenu.Separator />
          {isListed ? (
            <>
              <DropdownMenu.Label>{t`Another network, trained like ${name}`}</DropdownMenu.Label>
              {NETWORK_PRESETS.map((preset) => (
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
              {t`Another network…`} <span className="faint">{t`trained like ${name}`}</span>
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
