"""Word's own language: text and tables as its markup, pages, base documents, and the file."""
