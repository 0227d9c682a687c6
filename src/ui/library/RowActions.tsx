/** The actions for a run of the table. */
import { DropdownMenu } from 'radix-ui';
import { memo, useRef } from 'react';
import type { LibraryRow } from '../../app/library/rows.ts';
import type { StoredRun } from '../../app/library/storedRun.ts';
import { isAtRest } from '../../app/state.ts';
import { RUN_COLOURS } from '../../charts/palette.ts';
import { askToPersist } from '../../storage/persistence.ts';
import { MAX_RUNS } from '../../training/protocol/commands.ts';
import { DEFAULT_EXPORT, FORMATS } from '../../weights/formats/registry.ts';
import { usePage, useSession } from '../context.ts';
import { RunLine } from '../RunLine.tsx';
import { useLibrary } from './useLibrary.ts';
import { menuContainer } from '../menuContainer.ts';
import './rowMenu.css';
import { t } from '../../text/t.ts';

const ENDINGS = { run: '.json', checkpoint: '.safetensors' } as const;

interface RowActionsProps {
  readonly row: LibraryRow;
  readonly isBaseline: boolean;
  /** Starts editing the row's name. */
  readonly onEdit: (id: string) => void;
}

export const RowActions = memo(function RowActions({ row, isBaseline, onEdit }: RowActionsProps) {
  const session = useSession();
  const library = useLibrary();
  /** The name's field is about to take the focus, so the menu must not return it. */
  const leaves = useRef(false);
  const { name, runId, stored, id } = row;
  return (
    <td className="actions">
      {runId !== null && (
        <button
          type="button"
          disabled={row.step === 0}
          aria-label={t`Keep ${name}`}
          title={t`Keeps a copy of the run in the library as it is now`}
          onClick={() => {
            void askToPersist();
            session.autoSave.save(runId);
          }}
        >{t`Keep`}</button>
      )}
      <DropdownMenu.Root
        modal={false}
        onOpenChange={(isOpen) => {
          if (isOpen) leaves.current = false;
        }}
      >
        <DropdownMenu.Trigger asChild>
          <button type="button" className="quiet" aria-label={t`Actions for ${name}`}>
            ⋯
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={menuContainer()}>
          <DropdownMenu.Content
            className="menu"
            align="end"
            sideOffset={2}
            collisionPadding={8}
            onCloseAutoFocus={(event) => leaves.current && event.preventDefault()}
          >
            <DropdownMenu.Item
              onSelect={() => {
                leaves.current = true;
                onEdit(row.id);
              }}
            >{t`Rename`}</DropdownMenu.Item>
            <ColourMenu row={row} />
            <DropdownMenu.Item onSelect={() => void library.setBaseline(isBaseline ? null : id)}>
              {isBaseline ? t`Remove as baseline` : t`Set as baseline`}
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <StartItems row={row} />
            <DropdownMenu.Separator />
            <DropdownMenu.Item
              disabled={row.step === 0}
              onSelect={() => void library.saveJson(stored === null && runId !== null ? runId : id)}
            >
              {t`Save curves and config`} <span className="faint">{ENDINGS.run}</span>
            </DropdownMenu.Item>
            {stored !== null && <StoredFiles run={stored} />}
            {stored?.arithmetic === 'exact' && stored.status === 'finished' && (
              <DropdownMenu.Item onSelect={() => library.verify(stored, name)}>
                {t`Verify`} <span className="faint">{t`trains it again`}</span>
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Separator />
            {runId !== null && <RemoveItem runId={runId} />}
            {runId === null && (
              <DropdownMenu.Item
                onSelect={() => {
                  leaves.current = true;
                  void library.delete([id]);
                }}
              >{t`Delete`}</DropdownMenu.Item>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </td>
  );
});

function ColourMenu({ row: { runId, stored, id, colourIndex } }: { row: LibraryRow }) {
  const session = useSession();
  const library = useLibrary();
  const choose = (chosen: number) => {
    if (runId !== null) session.label(runId, { colourIndex: chosen });
    if (stored !== null) void library.recolour(id, chosen);
  };
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger>
        {t`Line`} <span className="faint">▸</span>
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal container={menuContainer()}>
        <DropdownMenu.SubContent className="menu colours" collisionPadding={8}>
          <DropdownMenu.RadioGroup value={String(colourIndex)}>
            {RUN_COLOURS.map((colour, index) => (
              <DropdownMenu.RadioItem
                key={colour}
                value={String(index)}
                onSelect={() => choose(index)}
              >
                <RunLine colourIndex={index} /> {t`Line ${index + 1}`}
                <DropdownMenu.ItemIndicator> ✓</DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}

/** Starts new runs from this one. */
function StartItems({ row }: { row: LibraryRow }) {
  const library = useLibrary();
  const isFull = usePage(({ runs }) => runs.length >= MAX_RUNS);
  const { stored } = row;
  return (
    <>
      <DropdownMenu.Item
        disabled={isFull}
        onSelect={() => library.duplicate(row.config)}
      >{t`Duplicate as a new run`}</DropdownMenu.Item>
      {stored !== null && (
        <DropdownMenu.Item
          disabled={isFull}
          onSelect={() => void library.trainOn(stored, row.name)}
        >{t`New run from these weights`}</DropdownMenu.Item>
      )}
      {isFull && <DropdownMenu.Label>{t`${MAX_RUNS} runs are already live`}</DropdownMenu.Label>}
    </>
  );
}

function StoredFiles({ run }: { run: StoredRun }) {
  const library = useLibrary();
  return (
    <>
      <DropdownMenu.Sub>
        <DropdownMenu.SubTrigger>
          {t`Save weights`} <span className="faint">▸</span>
        </DropdownMenu.SubTrigger>
        <DropdownMenu.Portal container={menuContainer()}>
          <DropdownMenu.SubContent className="menu" collisionPadding={8}>
            {FORMATS.map(({ id: format, label, extension }) => (
              <DropdownMenu.Item
                key={format}
                onSelect={() => void library.saveWeights(run.id, { ...DEFAULT_EXPORT, format })}
              >
                {label} <span className="faint">{extension}</span>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.SubContent>
        </DropdownMenu.Portal>
      </DropdownMenu.Sub>
      <DropdownMenu.Item onSelect={() => void library.saveCheckpoint(run.id)}>
        {t`Save checkpoint`} <span className="faint">{ENDINGS.checkpoint}</span>
      </DropdownMenu.Item>
    </>
  );
}

/** Removes the run from training; the library keeps it. */
function RemoveItem({ runId }: { runId: string }) {
  const session = useSession();
  const { isOnly, isBusy } = usePage((state) => ({
    isOnly: state.runs.length === 1,
    isBusy: !isAtRest(state) && state.runs.some(({ pending }) => pending.length > 0),
  }));
  return (
    <DropdownMenu.Item
      disabled={isOnly || isBusy}
      onSelect={() => session.removeRun(runId)}
    >{t`Remove from training`}</DropdownMenu.Item>
  );
}
