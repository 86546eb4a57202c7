"""How processes, commands and audits reach a Temporal server, and under which terms."""
