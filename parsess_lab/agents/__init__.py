"""Agents: what answers in a session. ``agent.py`` is the seam; every folder here implements it."""
