"""The leads of a campaign: listed, added, moved by hand, and what each has had and will get."""
