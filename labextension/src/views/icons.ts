/** The icons of the views: 16 px, one weight, coloured by the theme or by the text around them. */
import { LabIcon } from '@jupyterlab/ui-components';

/** Strokes that take the colour of the text. */
function icon(name: string, shapes: string): LabIcon {
  const svgstr =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">' +
    '<g fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round">' +
    `${shapes}</g></svg>`;
  return new LabIcon({ name: `parsess-lab:${name}`, svgstr });
}

const dot = (cx: number, cy: number) =>
  `<circle cx="${cx}" cy="${cy}" r="0.9" fill="currentColor" stroke="none"/>`;
const ring = '<circle cx="8" cy="8" r="5.5"/>';
const page = '<path d="M4 2h5l3 3v9H4zM9 2v3h3"/>';

/** The extension's own sign: two panes. Coloured as JupyterLab colours its launcher's icons. */
export const sessionIcon = new LabIcon({
  name: 'parsess-lab:session',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">' +
    '<g class="jp-icon3 jp-icon-selectable" fill="#616161">' +
    '<path d="M2 2.5h5.3v11H2zM3.2 3.7v8.6h2.9V3.7z" fill-rule="evenodd"/>' +
    '<path d="M8.7 2.5H14v11H8.7zM9.9 3.7v4.1h2.9V3.7z" fill-rule="evenodd"/></g></svg>'
});

export const startingIcon = icon('starting', '<circle cx="8" cy="8" r="5.5" stroke-dasharray="2 2.3"/>');
export const idleIcon = icon('idle', ring);
export const runningIcon = icon('running', `${ring}<circle cx="8" cy="8" r="2.6" fill="currentColor"/>`);
export const waitingIcon = icon(
  'waiting',
  '<circle cx="8" cy="8" r="6.4" fill="currentColor" stroke="none"/>' +
    '<g class="parsess-Icon-inverse"><path d="M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.2"/>' +
    '<circle cx="8" cy="11.2" r="0.4"/></g>'
);
export const finishedIcon = icon('finished', `${ring}<path d="M5.5 8.2l1.8 1.8 3.3-3.8"/>`);
export const failedIcon = icon('failed', `<path d="M8 2.2l6.2 11.3H1.8zM8 6.4v3.4"/>${dot(8, 11.7)}`);
export const interruptedIcon = icon('interrupted', `${ring}<path d="M6.5 6v4M9.5 6v4"/>`);
export const archivedIcon = icon('archived', '<path d="M2 3h12v3H2zM3 6v7.5h10V6M6.5 8.5h3"/>');

export const readIcon = icon('read', `${page}<path d="M6 8h4M6 10.5h4"/>`);
export const editIcon = icon('edit', '<path d="M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7L11.3 7"/>');
export const deleteIcon = icon('delete', '<path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.3 4.5l.6 9h6.2l.6-9"/>');
export const moveIcon = icon('move', '<path d="M3 8h9.5M9 4.5L12.5 8 9 11.5"/>');
export const searchIcon = icon('search', '<circle cx="7" cy="7" r="4"/><path d="M10 10l3.5 3.5"/>');
export const executeIcon = icon('execute', '<path d="M3 4.5L6.5 8 3 11.5M8 12h5"/>');
export const thinkIcon = icon(
  'think',
  '<path d="M4.8 10.5a2.8 2.8 0 0 1 .1-5.6a3.5 3.5 0 0 1 6.5-.3a3 3 0 0 1-.2 5.9z"/>' +
    `<circle cx="5.2" cy="12.6" r="0.9"/>${dot(3.2, 14.4)}`
);
export const fetchIcon = icon(
  'fetch',
  `${ring}<path d="M2.5 8h11M8 2.5c3.2 3.3 3.2 7.7 0 11c-3.2-3.3-3.2-7.7 0-11"/>`
);
export const otherIcon = icon('other', '<circle cx="8" cy="8" r="2.2"/>');
export const planIcon = icon(
  'plan',
  '<path d="M2.5 4.5l1.2 1.2L6 3M8.5 4.5h5M2.5 11l1.2 1.2L6 9.5M8.5 11h5"/>'
);

export const todoIcon = icon('todo', '<rect x="3" y="3" width="10" height="10" rx="1"/>');
export const doingIcon = icon(
  'doing',
  '<rect x="3" y="3" width="10" height="10" rx="1"/><rect x="6" y="6" width="4" height="4" fill="currentColor" stroke="none"/>'
);
export const doneIcon = icon(
  'done',
  '<rect x="3" y="3" width="10" height="10" rx="1"/><path d="M5.5 8.2l1.8 1.8 3.3-3.8"/>'
);

export const allowedIcon = icon('allowed', '<path d="M3 8.5l3.2 3.2L13 4.8"/>');
export const deniedIcon = icon('denied', `${ring}<path d="M4.2 11.8l7.6-7.6"/>`);
export const infoIcon = icon('info', `${ring}<path d="M8 7.5v3.3"/>${dot(8, 5.3)}`);
export const chevronIcon = icon('chevron', '<path d="M6 4l4 4-4 4"/>');
export const closeIcon = icon('close', '<path d="M4.5 4.5l7 7M11.5 4.5l-7 7"/>');
export const copyIcon = icon('copy', '<path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3"/>');
export const terminalIcon = icon('terminal', '<path d="M2.5 8h7.5M7 5l3 3-3 3M13 4v8"/>');
export const moreIcon = icon('more', `${dot(3.5, 8)}${dot(8, 8)}${dot(12.5, 8)}`);
export const attachIcon = icon(
  'attach',
  '<path d="M13 7.5l-5.2 5.2a3 3 0 0 1-4.3-4.3l5.6-5.5a2 2 0 0 1 2.8 2.8l-5.4 5.5a1 1 0 0 1-1.4-1.4L10 5"/>'
);
export const fileIcon = icon('file', page);
export const folderIcon = icon('folder', '<path d="M2 12.5v-9h4l1.5 1.7H14v7.3z"/>');
export const imageIcon = icon(
  'image',
  `<path d="M2.5 3.5h11v9h-11zM3 11l3-3 2.5 2.5 2-2 3 3"/>${dot(10.5, 6)}`
);
export const sendIcon = icon('send', '<path d="M13 4v4.5H4M7 5.5l-3 3 3 3"/>');
export const stopIcon = icon('stop', '<rect x="4.5" y="4.5" width="7" height="7" fill="currentColor"/>');
export const branchIcon = icon(
  'branch',
  '<circle cx="5" cy="4" r="1.5"/><circle cx="5" cy="12" r="1.5"/><circle cx="11" cy="6" r="1.5"/>' +
    '<path d="M5 5.5v5M11 7.5c0 2-2 2.5-6 3"/>'
);
export const rewindIcon = icon('rewind', '<path d="M3 3.5v3.5h3.5M3.3 7A5 5 0 1 1 3.5 10.5"/>');
export const worktreeIcon = icon(
  'worktree',
  '<path d="M8 14V9M8 9L4.5 6M8 9l3.5-3"/><circle cx="4" cy="4.5" r="1.7"/><circle cx="12" cy="4.5" r="1.7"/>'
);
export const radarIcon = icon('radar', '<circle cx="6" cy="8" r="4"/><circle cx="10" cy="8" r="4"/>');
export const changesIcon = icon('changes', '<path d="M8 2.5v6M5 5.5h6M5 12.5h6"/>');
export const unifiedIcon = icon('unified', '<path d="M3 4h10M3 8h10M3 12h10"/>');
export const splitIcon = icon('split', '<path d="M2.5 3h11v10h-11zM8 3v10"/>');
export const commentIcon = icon('comment', '<path d="M2.5 3.5h11v7.5H7l-3 2.5V11H2.5z"/>');
export const landIcon = icon('land', '<path d="M8 2.5v7.5M4.5 6.5L8 10l3.5-3.5M3 13.5h10"/>');
