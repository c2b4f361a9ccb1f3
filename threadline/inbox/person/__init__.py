"""A person's page as this room fills it: timeline, consent, campaigns, and what is to come."""
