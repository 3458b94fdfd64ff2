"""Training data over HTTP. The importer stands in `importer`; nothing is imported before it is asked for."""
