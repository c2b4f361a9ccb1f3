"""The people's pages: workspace, members, invitations, profile."""
