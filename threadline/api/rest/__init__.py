"""REST v1: one module per resource. Imported by the first request of a program, never by a page."""
