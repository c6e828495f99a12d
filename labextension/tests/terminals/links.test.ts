import { describe, expect, it } from 'vitest';

import { behindProxy, findLocal, LocalLinks, reachable } from '../../src/terminals/links';
import type { ILink, ILinkProvider, IScreen } from '../../src/terminals/screen';

const texts = (line: string) => findLocal(line).map(({ text }) => text);

describe('findLocal', () => {
  it.each([
    ['  ➜  Local:   http://localhost:5173/', ['http://localhost:5173/']],
    ['Running on http://127.0.0.1:5000.', ['http://127.0.0.1:5000']],
    ['(http://0.0.0.0:8000/a?b=1#c), http://[::1]:80', ['http://0.0.0.0:8000/a?b=1#c', 'http://[::1]:80']],
    ['http://[::]', ['http://[::]']],
    ['https://example.org:5173 http://localhost.evil.org http://127.0.0.12/', []]
  ])('finds in %j', (line, found) => {
    expect(texts(line)).toEqual(found);
  });
});

describe('addresses', () => {
  it('lead through the proxy or to where a browser can go', () => {
    expect(behindProxy('http://localhost:5173/admin?x=1#y')).toBe('proxy/5173/admin?x=1#y');
    expect(behindProxy('http://localhost')).toBe('proxy/80/');
    expect(reachable('http://0.0.0.0:8000/a')).toBe('http://localhost:8000/a');
  });
});

describe('LocalLinks', () => {
  it('finds an address over the end of a row, and comes before others', () => {
    const rows = ['see http://loca', 'lhost:80/a     '];
    const others: ILinkProvider = { provideLinks: () => undefined };
    const providers = [others];
    const opened: string[] = [];
    const screen = {
      cols: 15,
      buffer: {
        active: {
          type: 'normal',
          getLine: (row: number) =>
            rows[row] === undefined ? undefined : { isWrapped: row === 1, translateToString: () => rows[row] }
        }
      },
      registerLinkProvider: (provider: ILinkProvider) => {
        providers.push(provider);
        return { isDisposed: false, dispose: () => undefined };
      },
      _core: { _linkProviderService: { linkProviders: providers } }
    };
    const links = new LocalLinks(screen as unknown as IScreen, address => opened.push(address));
    expect(providers).toEqual([links, others]);
    let found: ILink[] | undefined;
    links.provideLinks(2, some => {
      found = some;
    });
    expect(found?.map(({ range }) => range)).toEqual([{ start: { x: 5, y: 1 }, end: { x: 10, y: 2 } }]);
    found?.[0]?.activate(new MouseEvent('click'), '');
    expect(opened).toEqual(['http://localhost:80/a']);
  });
});
