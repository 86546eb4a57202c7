"""The register: who is in the mission, who may speak as what, who is away, what flies.

It is looked up as facts, and is never the truth about a leave.
"""
