"""The doors: for programs (REST, reference) and for members (Settings → API keys)."""
