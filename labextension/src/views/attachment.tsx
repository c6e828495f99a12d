/** What goes with a prompt or came with an answer: images as images, all else as a chip. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useId, useState, type ReactElement } from 'react';

import type { Block, ImageBlock, ResourceBlock } from '../protocol';
import type { IViewContext } from './contract';
import { bytes } from './format';
import { closeIcon, fileIcon, folderIcon, imageIcon } from './icons';
import { useBlob } from './output';
import { visible } from './visible';

export interface IAttachmentsProps {
  readonly context: IViewContext;
  readonly blocks: readonly Block[];
  /** In the composer: a chip can be taken off again. */
  readonly onRemove?: (index: number) => void;
  /** And its text can be changed. */
  readonly onChange?: (index: number, block: Block) => void;
}

/** Whether a block is a file that `text` names with an `@` already. */
export function isMentioned(block: Block, text: string): boolean {
  return block.type === 'resource_link' && text.includes(`@${block.name}`);
}

/** A text that is here in full, so that it can be read. */
type TextResource = ResourceBlock & { readonly text: string };

export function Attachments({ context, blocks, onRemove, onChange }: IAttachmentsProps): ReactElement | null {
  const [open, setOpen] = useState<number | null>(null);
  const id = useId();
  if (blocks.length === 0) {
    return null;
  }
  const shown = open === null ? undefined : blocks[open];
  return (
    <>
      <ul className="parsess-Attachments" aria-label={context.trans.__('Attachments')}>
        {blocks.map((block, index) => (
          <li key={index}>
            {block.type === 'image' && !onRemove ? (
              <Picture context={context} block={block} />
            ) : (
              <Chip
                context={context}
                block={block}
                reading={open === index ? id : null}
                onRead={() => {
                  setOpen(open === index ? null : index);
                }}
                onRemove={
                  onRemove &&
                  (() => {
                    setOpen(null);
                    onRemove(index);
                  })
                }
              />
            )}
          </li>
        ))}
      </ul>
      {open !== null && shown && isReadable(shown) && (
        <Reading
          id={id}
          context={context}
          block={shown}
          onChange={
            onChange &&
            (text => {
              onChange(open, { ...shown, text });
            })
          }
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </>
  );
}

interface IReadingProps {
  readonly id: string;
  readonly context: IViewContext;
  readonly block: TextResource;
  readonly onChange?: ((text: string) => void) | undefined;
  readonly onClose: () => void;
}

/** The whole text of one; in the composer it can be changed before it is sent. */
function Reading({ id, context: { trans }, block, onChange, onClose }: IReadingProps): ReactElement {
  const label = trans.__('Text of %1', block.name);
  return (
    <div
      id={id}
      className="parsess-Reading"
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          onClose();
        }
      }}
    >
      {onChange ? (
        <textarea
          className="parsess-Input parsess-Reading-text"
          aria-label={label}
          spellCheck={false}
          autoFocus
          value={block.text}
          onChange={event => {
            onChange(event.target.value);
          }}
        />
      ) : (
        <pre className="parsess-Pre parsess-Reading-text" tabIndex={0} aria-label={label}>
          {visible(block.text)}
        </pre>
      )}
    </div>
  );
}

interface IChipProps {
  readonly context: IViewContext;
  readonly block: Block;
  /** The id of the element that shows its text; null: that is closed. */
  readonly reading: string | null;
  readonly onRead: () => void;
  readonly onRemove?: (() => void) | undefined;
}

function Chip({ context, block, reading, onRead, onRemove }: IChipProps): ReactElement {
  const { trans, actions } = context;
  const name = nameOf(block) ?? trans.__('Image');
  const fact = factOf(trans, block);
  const Icon = block.type === 'image' ? imageIcon : name.endsWith('/') ? folderIcon : fileIcon;
  const inner = (
    <>
      <Icon.react tag="span" />
      <span className="parsess-Chip-name">{name}</span>
      {fact !== null && <span className="parsess-Chip-fact">· {fact}</span>}
    </>
  );
  return (
    <span className="parsess-Chip" title={block.type === 'resource_link' ? block.uri : name}>
      {block.type === 'resource_link' && !onRemove ? (
        <button
          type="button"
          className="parsess-Chip-open"
          onClick={() => {
            actions.openFile(block.uri.replace(/^file:\/\//, ''));
          }}
        >
          {inner}
        </button>
      ) : isReadable(block) ? (
        <button
          type="button"
          className="parsess-Chip-open"
          aria-expanded={reading !== null}
          aria-controls={reading ?? undefined}
          onClick={onRead}
        >
          {inner}
        </button>
      ) : (
        inner
      )}
      {onRemove && (
        <button
          type="button"
          className="parsess-IconButton parsess-Chip-remove"
          aria-label={trans.__('Remove %1', name)}
          onClick={onRemove}
        >
          <closeIcon.react tag="span" />
        </button>
      )}
    </span>
  );
}

function nameOf(block: Block): string | null {
  return block.type === 'text' ? block.text : (block.name ?? null);
}

function isReadable(block: Block): block is TextResource {
  return block.type === 'resource' && typeof block.text === 'string';
}

function factOf(trans: TranslationBundle, block: Block): string | null {
  if (isReadable(block)) {
    const lines = block.text.replace(/\n$/, '').split('\n').length;
    return trans._n('%1 line', '%1 lines', lines);
  }
  return block.type === 'resource_link' && typeof block.size === 'number' ? bytes(block.size) : null;
}

/** Small enough not to push the talk away; a click shows it whole. */
function Picture({ context, block }: { context: IViewContext; block: ImageBlock }): ReactElement {
  const [whole, setWhole] = useState(false);
  const kept = useBlob(context, block.blob ?? null);
  const address = block.data ? `data:${block.mime_type};base64,${block.data}` : kept;
  const name = block.name ?? context.trans.__('Image');
  return (
    <button
      type="button"
      className={`parsess-Picture${whole ? ' parsess-mod-whole' : ''}`}
      title={name}
      aria-pressed={whole}
      onClick={() => {
        setWhole(!whole);
      }}
    >
      {address !== null && <img src={address} alt={name} />}
    </button>
  );
}
