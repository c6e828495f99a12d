import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Block } from '../../src/protocol';
import { Attachments } from '../../src/views/attachment';
import { Options } from '../../src/views/options';
import { makeContext, noteActions } from './items';

const output: Block = { type: 'resource', name: 'pytest output · exit 1', text: 'one\ntwo\n' };

afterEach(cleanup);

describe('a text that goes along', () => {
  it('is read, changed and taken off before it is sent', () => {
    const onChange = vi.fn();
    const onRemove = vi.fn();
    const context = makeContext(noteActions());
    render(<Attachments context={context} blocks={[output]} onChange={onChange} onRemove={onRemove} />);
    const chip = screen.getByRole('button', { name: /pytest output · exit 1\s*· 2 lines/ });
    fireEvent.click(chip);
    expect(chip.getAttribute('aria-expanded')).toBe('true');
    const text = screen.getByRole('textbox', { name: 'Text of pytest output · exit 1' });
    fireEvent.change(text, { target: { value: 'one' } });
    expect(onChange).toHaveBeenCalledWith(0, { ...output, text: 'one' });
    fireEvent.keyDown(text, { key: 'Escape' });
    expect(screen.queryByRole('textbox')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Remove pytest output · exit 1' }));
    expect(onRemove).toHaveBeenCalledWith(0);
  });

  it('is only read once it was sent', () => {
    render(<Attachments context={makeContext(noteActions())} blocks={[output]} />);
    fireEvent.click(screen.getByRole('button'));
    expect(screen.getByLabelText('Text of pytest output · exit 1').textContent).toBe('one\ntwo\n');
    expect(screen.queryByRole('textbox')).toBeNull();
  });
});

describe('the answers to a question about a command', () => {
  const { trans } = makeContext(noteActions());
  const options = [{ id: 'no', kind: 'reject_once' as const, label: 'Deny' }];

  it('offer the terminal where that can be', () => {
    const onRun = vi.fn();
    const props = { trans, options, onAnswer: vi.fn() };
    const { rerender } = render(<Options {...props} busy={false} onRun={onRun} />);
    fireEvent.click(screen.getByRole('button', { name: 'Run it in my terminal' }));
    rerender(<Options {...props} busy onRun={onRun} />);
    fireEvent.click(screen.getByRole('button', { name: 'Run it in my terminal' }));
    expect(onRun).toHaveBeenCalledTimes(1);
    rerender(<Options {...props} busy={false} />);
    expect(screen.queryByRole('button', { name: 'Run it in my terminal' })).toBeNull();
  });
});
