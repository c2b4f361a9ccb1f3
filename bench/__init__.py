"""How fast the hot paths are, beside a reference in the same run. `python -m bench` or `bin/bench`."""
