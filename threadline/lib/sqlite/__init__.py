"""SQLite as several processes need it: writers queue for a file lock, one chore checkpoints (a Django engine).

`SYNCHRONOUS` is what new connections are opened with, and never less than FULL outside tests: a 200 to the carrier
means that the text is on the disk.
"""

SYNCHRONOUS = "FULL"
