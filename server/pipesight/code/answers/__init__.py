"""Turn the findings of the evaluation into sites, slots, definitions and invocations at exact positions."""
