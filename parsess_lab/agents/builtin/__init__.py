"""The built-in agent: the shared loop over the Anthropic Messages API.

The only folder that imports the SDK, and always late: it costs a second and 66 MB.
"""

from parsess_lab.agents.builtin.agent import BuiltinAgent
from parsess_lab.agents.builtin.options import Options
from parsess_lab.agents.builtin.retries import Retries

__all__ = ["BuiltinAgent", "Options", "Retries"]
