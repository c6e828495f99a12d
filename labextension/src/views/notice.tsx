/** One line from the server: in the transcript where it happened, or as a bar while it holds. */
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';

import type { INoticeItem } from '../session/state';
import { failedIcon, infoIcon } from './icons';

type Level = INoticeItem['level'];

const ICONS: Readonly<Record<Level, LabIcon>> = { info: infoIcon, warning: failedIcon, error: failedIcon };

export function Notice({ item }: { readonly item: INoticeItem }): ReactElement {
  const Icon = ICONS[item.level];
  return (
    <div className={`parsess-Line parsess-Notice parsess-mod-${item.level}`}>
      <Icon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Notice-text">{item.text}</span>
    </div>
  );
}

export interface INoticeBarProps {
  readonly level: Level;
  readonly text: string;
  /** A way out, if there is one. */
  readonly children?: ReactNode;
}

export function NoticeBar({ level, text, children }: INoticeBarProps): ReactElement {
  const Icon = ICONS[level];
  return (
    <div className={`parsess-Bar parsess-mod-${level}`}>
      <Icon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Bar-text">{text}</span>
      {children}
    </div>
  );
}
