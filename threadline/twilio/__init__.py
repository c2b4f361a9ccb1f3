"""The wire to Twilio: client, flight of texts, signature, payload types, error dictionary. Knows no model."""
