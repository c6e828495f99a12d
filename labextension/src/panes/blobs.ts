/** Images and other payloads of a session as addresses that the page may load, until the pane goes. */
import type { IDisposable } from '@lumino/disposable';

import type { Sessions } from '../server/sessions';

export class BlobUrls implements IDisposable {
  constructor(
    private readonly server: Sessions,
    private readonly session: string
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Fetched once; a failure is not remembered. */
  url(hash: string): Promise<string> {
    const known = this.urls.get(hash);
    if (known) {
      return known;
    }
    const url = this.fetch(hash);
    this.urls.set(hash, url);
    url.catch(() => this.urls.delete(hash));
    return url;
  }

  dispose(): void {
    this._isDisposed = true;
    for (const url of this.urls.values()) {
      url.then(
        address => {
          URL.revokeObjectURL(address);
        },
        () => undefined
      );
    }
    this.urls.clear();
  }

  private async fetch(hash: string): Promise<string> {
    return URL.createObjectURL(await this.server.blob(this.session, hash));
  }

  private readonly urls = new Map<string, Promise<string>>();
  private _isDisposed = false;
}
