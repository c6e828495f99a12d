/** The ids of the extension's commands, as JupyterLab's settings and shortcuts name them. */
export const CommandIDs = {
  newSession: 'parsess-lab:new-session',
  newSessionHere: 'parsess-lab:new-session-here',
  openSession: 'parsess-lab:open-session',
  splitRight: 'parsess-lab:split-right',
  splitDown: 'parsess-lab:split-down',
  focusNext: 'parsess-lab:focus-next',
  focusPrevious: 'parsess-lab:focus-previous',
  nextWaiting: 'parsess-lab:next-waiting',
  goTo: 'parsess-lab:go-to',
  toggleTerminal: 'parsess-lab:toggle-terminal',
  stop: 'parsess-lab:stop',
  rename: 'parsess-lab:rename',
  newWorktree: 'parsess-lab:new-worktree',
  toggleChanges: 'parsess-lab:toggle-changes',
  sendComments: 'parsess-lab:send-comments',
  rewind: 'parsess-lab:rewind',
  land: 'parsess-lab:land',
  removeWorktree: 'parsess-lab:remove-worktree',
  carryOver: 'parsess-lab:carry-over',
  listWorktrees: 'parsess-lab:worktrees'
} as const;
