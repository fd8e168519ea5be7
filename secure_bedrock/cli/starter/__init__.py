"""The files of a new app, as templates of Python's string.Template."""
