"""Understand what is asked, rank what fits, word it, and check whether an answer is true.

Pure functions and frozen dataclasses: no Flask, no SQLAlchemy, no LangChain, no clock, no network.
"""
