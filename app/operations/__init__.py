"""What runs by timers and operators: backup and restore, deploy-check, watching, retention, readiness."""
