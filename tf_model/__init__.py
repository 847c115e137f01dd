"""The network, and what is done to its variables."""
