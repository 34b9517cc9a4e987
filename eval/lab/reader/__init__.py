"""Train the evidence reader that the project ships."""
