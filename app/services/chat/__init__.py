"""One turn of a conversation: opened, talked, recorded."""
