"""A mission's archive: sealed files, and the transparency log over them, in a folder or an object store."""
