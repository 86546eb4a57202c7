"""The index of an archive in tables (Parquet), made from it and from nothing else; and what is asked of it (DuckDB)."""
