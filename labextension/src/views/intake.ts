/** Files that come into the composer by paste, drop or JupyterLab's own drags, as blocks. */
import type { Drag } from '@lumino/dragdrop';

import type { Block, ResourceLinkBlock } from '../protocol';

/** Bytes; beyond it the server would refuse the prompt anyway. */
export const LARGEST = 10 * 1024 * 1024;

const CONTENTS = 'application/x-jupyter-icontents';
const DRAGS = ['lm-dragenter', 'lm-dragover', 'lm-drop'];

export class TooLargeError extends Error {}

/** Images as they are, text as text, all else as bytes. */
export async function blockOf(file: File): Promise<Block> {
  if (file.size > LARGEST) {
    throw new TooLargeError(file.name);
  }
  if (file.type.startsWith('image/') && file.type !== 'image/svg+xml') {
    return { type: 'image', mime_type: file.type, data: await base64(file), name: file.name };
  }
  const text = await asText(file);
  const mime_type = file.type || null;
  return text === null
    ? { type: 'resource', name: file.name, mime_type, data: await base64(file) }
    : { type: 'resource', name: file.name, mime_type, text };
}

async function asText(file: File): Promise<string | null> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve((reader.result as string).replace(/^[^,]*,/, ''));
    };
    reader.onerror = () => {
      reject(reader.error ?? new Error(file.name));
    };
    reader.readAsDataURL(file);
  });
}

/** Take drags of JupyterLab's file browser on `node`. Returns how to stop. */
export function takeDrags(
  node: HTMLElement,
  link: (paths: readonly string[]) => readonly ResourceLinkBlock[],
  onBlocks: (blocks: readonly Block[]) => void
): () => void {
  const onDrag = (event: Event) => {
    const paths = isDrag(event) ? pathsOf(event) : [];
    if (!isDrag(event) || paths.length === 0) {
      return;
    }
    accept(event);
    if (event.type === 'lm-drop') {
      onBlocks(link(paths));
    }
  };
  DRAGS.forEach(type => {
    node.addEventListener(type, onDrag);
  });
  return () => {
    DRAGS.forEach(type => {
      node.removeEventListener(type, onDrag);
    });
  };
}

function isDrag(event: Event): event is Drag.Event {
  return 'mimeData' in event;
}

function pathsOf(event: Drag.Event): readonly string[] {
  const paths: unknown = event.mimeData.getData(CONTENTS);
  return Array.isArray(paths) ? paths.filter(path => typeof path === 'string') : [];
}

/** The file browser proposes the only action it allows; a link moves nothing. */
function accept(event: Drag.Event): void {
  event.preventDefault();
  event.stopPropagation();
  event.dropAction = event.proposedAction;
}
