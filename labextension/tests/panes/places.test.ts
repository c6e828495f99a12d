import { describe, expect, test } from 'vitest';

import { inBrowser, learnPlaces, NOWHERE, onServer, shorten } from '../../src/panes/places';

const directory = (path: string, name: string) => ({ path, name, git: null });

describe('root and home are learnt', () => {
  test('from the root itself', () => {
    expect(learnPlaces([directory('/home/me/work', '.')], '~/work')).toEqual({
      root: '/home/me/work',
      home: '/home/me'
    });
  });

  test('from what lies in it', () => {
    expect(learnPlaces([directory('/home/me/work/a/b', 'a/b')], '~/work').root).toBe('/home/me/work');
  });

  test('where the root is the home directory', () => {
    expect(learnPlaces([directory('/home/me', '.')], '~')).toEqual({ root: '/home/me', home: '/home/me' });
  });

  test('only the root where it is outside of home', () => {
    expect(learnPlaces([directory('/srv', '.')], '/srv')).toEqual({ root: '/srv', home: null });
  });

  test('not from what is elsewhere', () => {
    expect(learnPlaces([directory('/opt/x', '/opt/x')], '~/work')).toEqual(NOWHERE);
  });
});

const places = { root: '/home/me/work', home: '/home/me' };

test.each([
  ['/home/me/work/a', '~/work/a'],
  ['/home/me', '~'],
  ['/home/mend/a', '/home/mend/a'],
  ['/opt', '/opt']
])('%s is short %s', (path, short) => {
  expect(shorten(places, path)).toBe(short);
});

test.each([
  ['/home/me/work/a/b.py', 'a/b.py'],
  ['/home/me/work', ''],
  ['/home/me/works/a', null],
  ['/etc/passwd', null],
  ['a', null]
])('the file browser has %s as %s', (path, contents) => {
  expect(inBrowser(places, path)).toBe(contents);
});

test.each([
  ['', '/home/me/work'],
  ['/', '/home/me/work'],
  ['a/b', '/home/me/work/a/b'],
  ['a/b/', '/home/me/work/a/b']
])('the server has %j as %s', (contents, path) => {
  expect(onServer(places, contents)).toBe(path);
});

test('a path stays relative as long as the root is unknown', () => {
  expect(onServer(NOWHERE, 'a')).toBe('a');
  expect(onServer(NOWHERE, '')).toBe('.');
});

test('everything lies in a root of /', () => {
  expect(inBrowser({ root: '/', home: null }, '/etc')).toBe('etc');
  expect(onServer({ root: '/', home: null }, 'etc')).toBe('/etc');
});
