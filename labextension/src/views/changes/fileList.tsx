/** The changed files: a list that is moved through with the keys, drawn only where it is seen. */
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type RefObject
} from 'react';

import type { IFileChange } from '../../session/changes';
import { LineCounts } from '../diffStat';
import { commentIcon } from '../icons';
import { statusWord, stagedWord, STATUS_LETTERS } from './words';

/** Pixels; the style sheet says the same. */
const ROW = 24;
/** Rows drawn above and below what is seen. */
const AHEAD = 10;
const PAGE = 10;

export interface IFileListProps {
  readonly trans: TranslationBundle;
  readonly files: readonly IFileChange[];
  readonly path: string | null;
  /** Files with remarks, and how many. */
  readonly remarks: ReadonlyMap<string, number>;
  /** Null: nothing can be staged here. */
  readonly onToggleStage: ((file: IFileChange) => void) | null;
  readonly onSelect: (path: string) => void;
  /** Enter: to the diff. */
  readonly onEnter: () => void;
  /** `a`: all into the next commit, or out of it; null as above. */
  readonly onToggleAll: (() => void) | null;
  /** `x`: ask whether the file goes back; null where nothing can be changed. */
  readonly onRevert: (() => void) | null;
  /** `o`: in JupyterLab. */
  readonly onOpen: (file: IFileChange) => void;
}

export function FileList(props: IFileListProps): ReactElement {
  const { trans, files, path, onSelect } = props;
  const id = useId();
  const node = useRef<HTMLDivElement>(null);
  const [first, last] = useSeen(node, files.length);
  const current = files.findIndex(file => file.path === path);
  const select = (file: IFileChange) => {
    onSelect(file.path);
  };
  useEffect(() => {
    reveal(node.current, current);
  }, [current]);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = files[stepOf(event.key, current, files.length) ?? -1];
    const act = next ? select.bind(null, next) : actOf(event.key, files[current], props);
    if (act && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      act();
    }
  };

  return (
    <div
      className="parsess-Files"
      ref={node}
      role="listbox"
      tabIndex={0}
      aria-label={trans.__('Changed files')}
      aria-activedescendant={current >= first && current < last ? `${id}-${current}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className="parsess-Files-room" style={{ height: files.length * ROW }}>
        {files.slice(first, last).map((file, index) => (
          <FileRow
            key={file.path}
            {...props}
            id={`${id}-${first + index}`}
            file={file}
            position={first + index}
            selected={first + index === current}
          />
        ))}
      </div>
    </div>
  );
}

interface IFileRowProps extends IFileListProps {
  readonly id: string;
  readonly file: IFileChange;
  readonly position: number;
  readonly selected: boolean;
}

function FileRow(props: IFileRowProps): ReactElement {
  const { trans, file, id, position, selected, files, remarks, onSelect, onToggleStage } = props;
  const cut = file.path.replace(/\/$/, '').lastIndexOf('/');
  const remarked = remarks.get(file.path) ?? 0;
  return (
    <div
      id={id}
      className="parsess-Files-row"
      role="option"
      aria-selected={selected}
      aria-setsize={files.length}
      aria-posinset={position + 1}
      style={{ top: position * ROW }}
      title={file.old_path === null ? file.path : trans.__('%1, was %2', file.path, file.old_path)}
      onClick={() => {
        onSelect(file.path);
      }}
    >
      {onToggleStage && (
        // The Space key does the same: a button in an option can't be reached.
        <span
          className={`parsess-Files-staged parsess-mod-${file.staged}`}
          aria-hidden="true"
          title={stagedWord(trans, file.staged)}
          onClick={event => {
            event.stopPropagation();
            onToggleStage(file);
          }}
        />
      )}
      <span className={`parsess-Files-status parsess-mod-${file.status}`} aria-hidden="true">
        {STATUS_LETTERS[file.status]}
      </span>
      <span className="parsess-Files-name">{file.path.slice(cut + 1)}</span>
      <span className="parsess-Hidden">
        {`, ${statusWord(trans, file.status)}`}
        {onToggleStage && `, ${stagedWord(trans, file.staged)}`}
      </span>
      <span className="parsess-Files-folder">{file.path.slice(0, Math.max(0, cut))}</span>
      {remarked > 0 && (
        <span
          className="parsess-Files-remarks"
          role="img"
          aria-label={trans._n('%1 comment', '%1 comments', remarked)}
          title={trans._n('%1 comment', '%1 comments', remarked)}
        >
          <commentIcon.react tag="span" />
          {remarked}
        </span>
      )}
      <Counts trans={trans} file={file} />
    </div>
  );
}

export function Counts({
  trans,
  file
}: {
  trans: TranslationBundle;
  file: IFileChange;
}): ReactElement | null {
  const { added, removed, binary } = file;
  if (binary) {
    return <span className="parsess-DiffStat parsess-Quiet">{trans.__('binary')}</span>;
  }
  if (added === 0 && removed === 0) {
    return file.mode_change === null ? null : (
      <span className="parsess-DiffStat parsess-Quiet">{trans.__('mode')}</span>
    );
  }
  return <LineCounts trans={trans} added={added} removed={removed} />;
}

/** What a key does to the file that is chosen. */
function actOf(key: string, file: IFileChange | undefined, props: IFileListProps): (() => void) | undefined {
  const { onToggleStage, onToggleAll, onRevert, onOpen, onEnter } = props;
  switch (key) {
    case 'Enter':
      return onEnter;
    case ' ':
    case 's':
      return file && onToggleStage ? onToggleStage.bind(null, file) : undefined;
    case 'a':
      return onToggleAll ?? undefined;
    case 'x':
      return onRevert ?? undefined;
    case 'o':
      return file && onOpen.bind(null, file);
    default:
      return undefined;
  }
}

/** Where a key leads; null: nowhere. */
export function stepOf(key: string, current: number, count: number): number | null {
  const to = (index: number) => Math.min(Math.max(0, index), count - 1);
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return to(current + 1);
    case 'ArrowUp':
    case 'k':
      return to(current - 1);
    case 'PageDown':
      return to(current + PAGE);
    case 'PageUp':
      return to(current - PAGE);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** The stretch of rows that is seen, with some around it. */
function useSeen(node: RefObject<HTMLElement>, count: number): readonly [number, number] {
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = node.current;
    if (!element) {
      return undefined;
    }
    const look = () => {
      setSeen({ top: element.scrollTop, height: element.clientHeight || 600 });
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [node]);
  const first = Math.max(0, Math.floor(seen.top / ROW) - AHEAD);
  return [first, Math.min(count, Math.ceil((seen.top + seen.height) / ROW) + AHEAD)];
}

function reveal(element: HTMLElement | null, index: number): void {
  if (!element || index < 0) {
    return;
  }
  const [top, bottom] = [index * ROW, (index + 1) * ROW];
  if (top < element.scrollTop) {
    element.scrollTop = top;
  } else if (bottom > element.scrollTop + element.clientHeight) {
    element.scrollTop = bottom - element.clientHeight;
  }
}
