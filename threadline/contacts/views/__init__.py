"""The pages of People: the table, one person, lists, and imports."""
