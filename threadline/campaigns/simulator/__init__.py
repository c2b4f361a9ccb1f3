"""The simulator: a campaign run on a virtual clock, by the rules of the engine and of the gate themselves."""
