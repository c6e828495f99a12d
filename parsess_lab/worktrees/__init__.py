"""Worktrees: what git knows of a session's directory. Creating, landing and removing them come later."""
