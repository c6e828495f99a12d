/** What a rendered text gets besides its words: buttons on code, links that say where they lead. */
import { Clipboard } from '@jupyterlab/apputils';

import type { IViewContext } from './contract';
import { IMAGE_LINK } from './untrusted';

type IDressing = Pick<IViewContext, 'trans' | 'actions'>;

const SHELLS = ['bash', 'sh', 'shell', 'zsh', 'fish', 'console', 'shell-session'];

/** A function that dresses nodes; keep it for as long as both stay the same. */
export function dresser(context: IDressing): (node: HTMLElement) => void {
  return node => {
    node.querySelectorAll('pre').forEach(pre => {
      addButtons(pre, context);
    });
    node.querySelectorAll('a').forEach(link => {
      dressLink(link, context);
    });
  };
}

function addButtons(pre: HTMLPreElement, { trans, actions }: IDressing): void {
  const text = pre.textContent;
  const bar = document.createElement('div');
  bar.className = 'parsess-Code-bar';
  const language = /language-([\w-]+)/.exec(pre.querySelector('code')?.className ?? '')?.[1];
  if (language !== undefined && SHELLS.includes(language)) {
    bar.append(
      button(trans.__('To terminal'), () => {
        actions.toTerminal(withoutPrompts(text));
      })
    );
  }
  const copy = button(trans.__('Copy'), () => {
    Clipboard.copyToSystem(text);
    copy.textContent = trans.__('Copied');
    setTimeout(() => {
      copy.textContent = trans.__('Copy');
    }, 1500);
  });
  bar.append(copy);
  const box = document.createElement('div');
  box.className = 'parsess-Code';
  pre.replaceWith(box);
  box.append(pre, bar);
}

/** `$ make` as it is written in documents is `make`. */
function withoutPrompts(text: string): string {
  return text.replace(/^\$ /gm, '').trimEnd();
}

function button(label: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'parsess-Button parsess-mod-small';
  element.textContent = label;
  element.addEventListener('click', onClick);
  return element;
}

function dressLink(link: HTMLAnchorElement, context: IDressing): void {
  const address = link.getAttribute('href') ?? '';
  if (link.classList.contains(IMAGE_LINK)) {
    dressImageLink(link, address, context);
  } else if (/^[a-z][\w+.-]*:/i.test(address)) {
    link.title = address;
  } else if (!address.startsWith('#')) {
    dressFileLink(link, address, context);
  }
}

function dressImageLink(link: HTMLAnchorElement, address: string, { trans }: IDressing): void {
  const where = URL.canParse(address) ? new URL(address).host : address;
  const name = link.textContent;
  link.textContent = name
    ? trans.__('Image “%1” from %2: click to load', name, where)
    : trans.__('Image from %1: click to load', where);
  link.title = address;
  link.addEventListener('click', event => {
    event.preventDefault();
    const image = document.createElement('img');
    image.alt = name;
    image.referrerPolicy = 'no-referrer';
    image.src = address;
    link.replaceWith(image);
  });
}

/** `src/app.py`, `src/app.py:12`, `src/app.py#L12` open in JupyterLab. */
function dressFileLink(link: HTMLAnchorElement, address: string, { actions }: IDressing): void {
  const [, path = address, line] = /^(.*?)(?:(?::|#L)(\d+))?$/.exec(address) ?? [];
  link.removeAttribute('target');
  link.title = address;
  link.addEventListener('click', event => {
    event.preventDefault();
    actions.openFile(decode(path), line === undefined ? undefined : Number(line));
  });
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
