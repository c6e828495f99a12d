"""The loop of every agent that lives in this process: ask a model, run its tools, repeat.

It knows nothing of HTTP, keys or vendors; ``model.py`` says what it needs of a model.
"""

from parsess_lab.agents.loop.turn_loop import Limits, TurnLoop

__all__ = ["Limits", "TurnLoop"]
