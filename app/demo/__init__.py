"""The demo shop's data: true makes and models, described in our own words."""
