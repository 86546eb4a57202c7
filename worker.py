"""The worker: wires effects to processes, and nothing else does."""
