"""The only room that knows LangChain and Ollama. Both are imported when the first answer is asked for, or at preload."""
