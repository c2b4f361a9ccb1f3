"""How a campaign comes to be: created, duplicated, or begun from a template."""
