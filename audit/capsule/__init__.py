"""Capsules: leaves taken out of an archive, with all that proves them, for who has neither archive nor server."""
