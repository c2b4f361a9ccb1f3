"""A campaign that runs: its states, Auto SMS, what it hears of, and why nothing moves."""
