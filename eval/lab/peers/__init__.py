"""txtai, Haystack and LangChain beside this project, over the same passages and questions."""
