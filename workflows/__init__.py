"""The processes: when and in what order things happen to a leave, a base, a member and an order."""
