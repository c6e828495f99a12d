/**
 * Rendering of text that nobody vouches for.
 *
 * JupyterLab's sanitizer takes out scripts, but lets an image of any address load as soon as it is drawn: an
 * agent that was talked into it could send what it read to a stranger, in the address. It also lets elements
 * name a JupyterLab command that a click would run. Neither holds here: what would be loaded becomes a link.
 */
import { Sanitizer } from '@jupyterlab/apputils';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';

/** Marks a link that stands for an image; its address is the image's. */
export const IMAGE_LINK = 'parsess-ImageLink';

const LOADING = 'img, picture, video, audio, source, track, embed, object, iframe, input[type="image"]';

/** Inline data can't tell anybody anything. */
function isInline(address: string): boolean {
  return /^data:image\//i.test(address.trim());
}

class UntrustedSanitizer implements IRenderMime.ISanitizer {
  readonly allowNamedProperties = false;
  readonly allowCommandLinker = false;

  constructor() {
    this._inner.setAllowCommandLinker(false);
  }

  getAutolink(): boolean {
    return this._inner.getAutolink();
  }

  sanitize(dirty: string, options?: IRenderMime.ISanitizerOptions): string {
    const clean = this._inner.sanitize(dirty, options);
    // A parsed document loads nothing; an element of the page would begin to at once.
    const { body } = new DOMParser().parseFromString(clean, 'text/html');
    body.querySelectorAll(LOADING).forEach(standIn);
    body.querySelectorAll('[style], [background], [poster], [srcset]').forEach(disarm);
    return body.innerHTML;
  }

  private readonly _inner = new Sanitizer();
}

function standIn(element: Element): void {
  const address = element.getAttribute('src') ?? '';
  if (element.tagName === 'IMG' && isInline(address)) {
    element.removeAttribute('srcset');
    return;
  }
  const link = element.ownerDocument.createElement('a');
  link.className = IMAGE_LINK;
  link.href = address;
  link.textContent = element.getAttribute('alt') ?? '';
  if (address === '') {
    element.remove();
  } else {
    element.replaceWith(link);
  }
}

function disarm(element: Element): void {
  ['background', 'poster', 'srcset'].forEach(name => {
    element.removeAttribute(name);
  });
  if (/url\s*\(|image-set|\\/i.test(element.getAttribute('style') ?? '')) {
    element.removeAttribute('style');
  }
}

const registries = new WeakMap<IRenderMimeRegistry, IRenderMimeRegistry>();

/** The same renderers with the strict sanitizer; one for each registry. */
export function untrusted(rendermime: IRenderMimeRegistry): IRenderMimeRegistry {
  const known = registries.get(rendermime);
  if (known) {
    return known;
  }
  const strict = rendermime.clone({ sanitizer: new UntrustedSanitizer() });
  registries.set(rendermime, strict);
  return strict;
}
