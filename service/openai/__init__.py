"""Questions and answers in the shapes of OpenAI's chat completions."""
