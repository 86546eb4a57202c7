"""`furlough drill`: leaves go on while everything that can fail does, and proof afterwards that nothing was lost."""
