"""txtai, Haystack and LangChain compared with this project on the same passages and questions."""
