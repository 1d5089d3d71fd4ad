"""What is told of the running shop: logs, metrics, error reports, traces."""
