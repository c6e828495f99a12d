/** What goes with a prompt or came with an answer: images as images, all else as a chip. */
import { useState, type ReactElement } from 'react';

import type { Block, ImageBlock } from '../protocol';
import type { IViewContext } from './contract';
import { bytes } from './format';
import { closeIcon, fileIcon, folderIcon, imageIcon } from './icons';
import { useBlob } from './output';

export interface IAttachmentsProps {
  readonly context: IViewContext;
  readonly blocks: readonly Block[];
  /** In the composer: a chip can be taken off again. */
  readonly onRemove?: (index: number) => void;
}

/** Whether a block is a file that `text` names with an `@` already. */
export function isMentioned(block: Block, text: string): boolean {
  return block.type === 'resource_link' && text.includes(`@${block.name}`);
}

export function Attachments({ context, blocks, onRemove }: IAttachmentsProps): ReactElement | null {
  if (blocks.length === 0) {
    return null;
  }
  return (
    <ul className="parsess-Attachments" aria-label={context.trans.__('Attachments')}>
      {blocks.map((block, index) => (
        <li key={index}>
          {block.type === 'image' && !onRemove ? (
            <Picture context={context} block={block} />
          ) : (
            <Chip
              context={context}
              block={block}
              onRemove={
                onRemove &&
                (() => {
                  onRemove(index);
                })
              }
            />
          )}
        </li>
      ))}
    </ul>
  );
}

interface IChipProps {
  readonly context: IViewContext;
  readonly block: Block;
  readonly onRemove?: (() => void) | undefined;
}

function Chip({ context, block, onRemove }: IChipProps): ReactElement {
  const { trans, actions } = context;
  const name = nameOf(block) ?? trans.__('Image');
  const Icon = block.type === 'image' ? imageIcon : name.endsWith('/') ? folderIcon : fileIcon;
  const inner = (
    <>
      <Icon.react tag="span" />
      <span className="parsess-Chip-name">{name}</span>
      {factOf(block) !== null && <span className="parsess-Chip-fact">{factOf(block)}</span>}
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

function factOf(block: Block): string | null {
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
