"""The rules of leave: pure functions and models that know neither clock, network nor file."""
