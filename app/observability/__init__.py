"""Request ids and structured logs."""
