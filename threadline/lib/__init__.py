"""Plain Python that any room may use: ids, clocks, phones, segments, locks. Knows no model."""
