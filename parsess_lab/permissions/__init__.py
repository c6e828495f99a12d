"""Permissions: what the agent may do unasked, what is asked, what is refused."""
