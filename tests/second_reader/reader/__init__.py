"""A second reader of the data directory, written from the pages in docs/formats alone. One module for each page or
two; second_reader.py beside this folder says in which order they come."""
