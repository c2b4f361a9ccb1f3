"""The demo workspace: made on the first start, so that every screen has something real to show."""
