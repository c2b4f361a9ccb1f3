"""The sequence of a campaign: its texts, their placeholders, and when each is due."""
