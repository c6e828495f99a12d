import { expect, test } from 'vitest';

import { argsOf, subjectOf } from '../src/commands';
import { newDraft } from '../src/panes/pane';

test.each([{ session: 'a' }, newDraft('/home/me'), newDraft(null)])(
  'a pane comes back as it was (%j)',
  subject => {
    expect(subjectOf(argsOf(subject))).toEqual(subject);
  }
);

test.each([{}, { id: 7 }, { directory: ['/'] }])(
  'arguments that make no sense (%j) are an empty form',
  args => {
    expect(subjectOf(args)).toEqual({ draft: expect.any(String) as string, directory: null });
  }
);
