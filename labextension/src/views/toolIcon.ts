/** The icon of each kind of tool call. */
import type { LabIcon } from '@jupyterlab/ui-components';

import type { ToolKind } from '../protocol';
import {
  deleteIcon,
  editIcon,
  executeIcon,
  fetchIcon,
  moveIcon,
  otherIcon,
  readIcon,
  searchIcon,
  thinkIcon
} from './icons';

const ICONS: Readonly<Record<ToolKind, LabIcon>> = {
  read: readIcon,
  edit: editIcon,
  delete: deleteIcon,
  move: moveIcon,
  search: searchIcon,
  execute: executeIcon,
  think: thinkIcon,
  fetch: fetchIcon,
  switch_mode: otherIcon,
  other: otherIcon
};

export function kindIcon(kind: ToolKind): LabIcon {
  return ICONS[kind];
}
