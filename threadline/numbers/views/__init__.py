"""Settings → Twilio Credentials, and the Numbers page."""
