"""What auditors run: the commands that export, verify and replay the record of a leave."""
