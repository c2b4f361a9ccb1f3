"""What became of a campaign: counted, shown, exported."""
