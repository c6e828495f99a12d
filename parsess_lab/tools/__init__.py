"""Tools: what the built-in agent can do. One file each; ``tool.py`` says what a tool is."""
