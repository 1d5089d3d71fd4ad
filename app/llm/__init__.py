"""The only room that knows LangChain and Ollama. They are imported at preload, or when the first chat needs them."""
