"""The processes: when and in what order. They know no rule: what they do was decided and recorded before."""
