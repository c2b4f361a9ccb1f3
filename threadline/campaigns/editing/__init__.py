"""The editor: settings and steps as they were filled in, checked, and kept all together or not at all."""
