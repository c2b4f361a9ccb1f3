"""Pages of the ingest room."""
