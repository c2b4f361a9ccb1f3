"""A simulated carrier: speaks Twilio's REST API and webhooks, and nothing leaves this machine."""
