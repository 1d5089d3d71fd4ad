"""Marshmallow shapes: the contract with clients. Unknown fields are refused, every text has a stated length."""
