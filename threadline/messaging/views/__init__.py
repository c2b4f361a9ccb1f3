"""Pages of files that go out with texts: members upload and see them, the carrier fetches them."""
