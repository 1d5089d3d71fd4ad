"""What the business does. Services own transactions; plain arguments in, models or dataclasses out."""
