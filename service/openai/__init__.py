"""An answer in the shapes of OpenAI's chat completions: what is taken, what is given, in pieces."""
