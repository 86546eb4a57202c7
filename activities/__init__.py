"""The effects: what looks up, holds, tells and prints on behalf of a process."""
