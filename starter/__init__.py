"""What operators run: the commands that start a request and act on it."""
