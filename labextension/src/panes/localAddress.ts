/** Addresses that a server in a terminal prints: shown beside the pane where the browser reaches them. */
import { IFrame, MainAreaWidget } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { behindProxy, reachable } from '../terminals';
import type { SessionPane } from './pane';

/** Through jupyter-server-proxy where it is installed, else in a tab of the browser. */
export async function openLocal(pane: SessionPane, address: string): Promise<void> {
  const { settings } = pane.services.server;
  if (!(await hasProxy(settings))) {
    window.open(reachable(address), '_blank', 'noopener');
    return;
  }
  const content = new IFrame({
    sandbox: ['allow-same-origin', 'allow-scripts', 'allow-forms', 'allow-popups', 'allow-downloads']
  });
  content.url = URLExt.join(settings.baseUrl, behindProxy(address));
  content.title.label = new URL(address).host;
  content.title.caption = address;
  content.title.closable = true;
  content.id = `parsess-address-${UUID.uuid4()}`;
  const widget = new MainAreaWidget({ content });
  pane.services.app.shell.add(widget, 'main', { mode: 'split-right', ref: pane.id });
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
