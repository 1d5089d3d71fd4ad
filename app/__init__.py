"""A musical-instrument rental shop: an API with an assistant that only promises what the shop can keep.

The rooms, and the one direction in which they look:

    routes -> services -> models              a request goes in this way, its answer comes back the same way
                |-------> assistant           pure: what is asked, what fits, whether an answer is true
                |-------> llm                 the border to LangChain and Ollama

`init.py` is the one place where they meet; `config.py` reads the settings, `extensions.py` holds the unbound
Flask extensions, `errors.py` what can go wrong, `vocabulary.py` the words that every room shares, `cli.py` what
operators type, `observability/` the logs, `web/` the chat page.
"""

__version__ = "0.6.0"  # The newest one in CHANGELOG.md.
