import { describe, expect, it } from 'vitest';

import { behindProxy, findLocal, isLocal, LocalLinks, reachable } from '../../src/terminals/links';
import type { ILink, ILinkProvider, IScreen } from '../../src/terminals/screen';

const texts = (line: string) => findLocal(line).map(({ text }) => text);

describe('findLocal', () => {
  it.each([
    ['  ➜  Local:   http://localhost:5173/', ['http://localhost:5173/']],
    ['Running on http://127.0.0.1:5000.', ['http://127.0.0.1:5000']],
    ['(http://0.0.0.0:8000/a?b=1#c), http://[::1]:80', ['http://0.0.0.0:8000/a?b=1#c', 'http://[::1]:80']],
    ['http://[::]', ['http://[::]']],
    ['[http://[::1]:80]. **http://localhost:1**', ['http://[::1]:80', 'http://localhost:1']],
    ['http://localhost:3000?token=a_(b), see', ['http://localhost:3000?token=a_(b)']],
    ['(http://localhost:3000/a_(b))…', ['http://localhost:3000/a_(b)']],
    ['HTTPS://LOCALHOST:8443/x', ['HTTPS://LOCALHOST:8443/x']],
    ['http://localhost:99999/ http://localhost:80:90', ['http://localhost:80']],
    ['https://example.org:5173 http://localhost.evil.org http://127.0.0.12/', []],
    ['http://localhost@evil.org/ http://localhost:80@evil.org/ javascript://localhost/%0aalert(1)', []]
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

  it.each([
    ['http://localhost:8000/x', true],
    ['https://[::1]/', true],
    ['javascript:alert(1)', false],
    ['file:///etc/passwd', false],
    ['http://me:secret@localhost/', false],
    ['http://localhost.evil.org/', false],
    ['nothing', false]
  ])('%s is of this machine: %s', (address, local) => {
    expect(isLocal(address)).toBe(local);
  });
});

/** Rows of 15 cells; a character beyond the Latin ones takes two. */
function screenOf(rows: readonly string[], wrapped: readonly number[] = []) {
  const cells = (row: string) =>
    Array.from(row, one => (one > '\u2fff' ? [one, null] : [one]))
      .flat()
      .map(one => ({
        getChars: () => one ?? '',
        getWidth: () => (one === null ? 0 : one > '\u2fff' ? 2 : 1)
      }));
  const providers: ILinkProvider[] = [{ provideLinks: () => undefined }];
  const screen = {
    cols: 15,
    options: {} as IScreen['options'],
    buffer: {
      active: {
        type: 'normal',
        getLine: (row: number) =>
          rows[row] === undefined
            ? undefined
            : {
                isWrapped: wrapped.includes(row),
                getCell: (column: number) => cells(rows[row] ?? '')[column]
              }
      }
    },
    registerLinkProvider: (provider: ILinkProvider) => {
      providers.push(provider);
      return { isDisposed: false, dispose: () => undefined };
    },
    _core: { _linkProviderService: { linkProviders: providers } }
  };
  const opened: string[] = [];
  const links = new LocalLinks(screen as unknown as IScreen, {
    local: address => opened.push(address),
    foreign: address => opened.push(`foreign ${address}`)
  });
  const at = (row: number): readonly ILink[] => {
    let found: readonly ILink[] = [];
    links.provideLinks(row, some => {
      found = some ?? [];
    });
    return found;
  };
  return { screen, links, providers, opened, at };
}

describe('LocalLinks', () => {
  it('finds an address over the end of a row, and comes before others', () => {
    const { links, providers, opened, at } = screenOf(['see http://loca', 'lhost:80/a     '], [1]);
    expect(providers[0]).toBe(links);
    const found = at(2);
    expect(found.map(({ range }) => range)).toEqual([{ start: { x: 5, y: 1 }, end: { x: 10, y: 2 } }]);
    found[0]?.activate(new MouseEvent('click'), '');
    expect(opened).toEqual(['http://localhost:80/a']);
  });

  it('stands where its characters stand, after wide ones too', () => {
    const { at } = screenOf(['看 http://[::]']);
    expect(at(1).map(({ range }) => range)).toEqual([{ start: { x: 4, y: 1 }, end: { x: 14, y: 1 } }]);
  });

  it('opens what was linked by an escape sequence by where it leads', () => {
    const { screen, opened } = screenOf([]);
    screen.options.linkHandler?.activate(new MouseEvent('click'), 'http://127.0.0.1:80/');
    screen.options.linkHandler?.activate(new MouseEvent('click'), 'https://example.org/');
    expect(opened).toEqual(['http://127.0.0.1:80/', 'foreign https://example.org/']);
  });
});
