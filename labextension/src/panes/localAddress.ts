/** Addresses that a server in a terminal prints: shown beside the pane where the browser reaches them. */
import { Dialog, IFrame, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { launchIcon, refreshIcon, ToolbarButton } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import { behindProxy, portOf, reachable } from '../terminals';
import type { SessionPane } from './pane';

/** How long a server on this machine may take to answer at all, in milliseconds. */
const PATIENCE = 3000;

/**
 * Show an address of the server's own machine beside the pane.
 *
 * As it is where the browser is on that machine too: there it has an origin of its own, and finds what it names by
 * absolute paths. Else through jupyter-server-proxy. That gives it the origin of JupyterLab, as for everybody who
 * uses that: the sandbox then keeps it from leading the page elsewhere, not from what JupyterLab may do. Where there
 * is neither, the person is told what to install.
 */
export async function openLocal(pane: SessionPane, address: string): Promise<void> {
  const { settings } = pane.services.server;
  const direct = reachable(address);
  if (isThisMachine(location.hostname) && (await answers(direct))) {
    // The page itself cannot stand within the page.
    if (portOf(direct) === portOf(location.href)) {
      openTab(direct);
    } else {
      show(pane, direct, address);
    }
  } else if (new URL(address).protocol === 'http:' && (await hasProxy(settings))) {
    show(pane, URLExt.join(settings.baseUrl, behindProxy(address)), address);
  } else {
    await tellWhy(pane, address);
  }
}

/** A link whose text a program chose may lead anywhere: the person sees where before they go. */
export async function openForeign(pane: SessionPane, address: string): Promise<void> {
  const { trans } = pane.services;
  const { button } = await showDialog({
    title: trans.__('Open this address?'),
    body: address,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Open') })]
  });
  if (button.accept) {
    openTab(address);
  }
}

function openTab(address: string): void {
  window.open(address, '_blank', 'noopener,noreferrer');
}

function isThisMachine(host: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(host);
}

/** Nothing may be listening here where the page comes through a tunnel. */
async function answers(address: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE);
  return fetch(address, { mode: 'no-cors', credentials: 'omit', signal }).then(
    () => true,
    () => false
  );
}

/** One a server: another address of it comes in its place. */
const shown = new Map<string, MainAreaWidget<IFrame>>();

function show(pane: SessionPane, url: string, address: string): void {
  const { app } = pane.services;
  const { host } = new URL(address);
  const widget = shown.get(host) ?? framed(pane, host);
  widget.content.url = url;
  widget.title.caption = address;
  if (!widget.isAttached) {
    app.shell.add(widget, 'main', { mode: 'split-right', ref: pane.id });
  }
  app.shell.activateById(widget.id);
}

function framed(pane: SessionPane, host: string): MainAreaWidget<IFrame> {
  const { trans } = pane.services;
  const content = new IFrame({
    sandbox: [
      'allow-same-origin',
      'allow-scripts',
      'allow-forms',
      'allow-modals',
      'allow-popups',
      'allow-downloads'
    ]
  });
  const widget = new MainAreaWidget({ content });
  widget.id = `parsess-address-${UUID.uuid4()}`;
  widget.title.label = host;
  widget.title.closable = true;
  const place = new Widget({ node: document.createElement('span') });
  place.node.textContent = host;
  const reload = () => {
    content.url = new URL(content.url, location.href).href;
  };
  widget.toolbar.addItem(
    'reload',
    new ToolbarButton({ icon: refreshIcon, tooltip: trans.__('Reload'), onClick: reload })
  );
  widget.toolbar.addItem('place', place);
  widget.toolbar.addItem(
    'tab',
    new ToolbarButton({
      icon: launchIcon,
      tooltip: trans.__('Open in a tab of the browser'),
      onClick: () => {
        openTab(content.url);
      }
    })
  );
  shown.set(host, widget);
  widget.disposed.connect(() => {
    shown.delete(host);
  });
  return widget;
}

/** The address is of no use to a browser elsewhere. */
async function tellWhy({ services: { trans } }: SessionPane, address: string): Promise<void> {
  const { host, protocol } = new URL(address);
  const elsewhere = isThisMachine(location.hostname)
    ? trans.__('Nothing answers at %1 on this machine.', host)
    : trans.__('%1 is on the server’s machine, which this browser reaches only through JupyterLab.', host);
  const remedy =
    protocol === 'http:'
      ? trans.__(
          'To see it here, install jupyter-server-proxy beside JupyterLab on the server (pip install jupyter-server-proxy), and start JupyterLab anew.'
        )
      : trans.__('Only servers that speak http can be shown through it. Have this one do so.');
  await showDialog({
    title: trans.__('%1 can’t be shown here', host),
    body: `${elsewhere} ${remedy}`,
    buttons: [Dialog.okButton()]
  });
}

let asked: Promise<boolean> | null = null;

function hasProxy(settings: ServerConnection.ISettings): Promise<boolean> {
  asked ??= ServerConnection.makeRequest(
    URLExt.join(settings.baseUrl, 'server-proxy', 'servers-info'),
    {},
    settings
  ).then(
    ({ ok }) => ok,
    () => {
      // No answer is no answer for good.
      asked = null;
      return false;
    }
  );
  return asked;
}
