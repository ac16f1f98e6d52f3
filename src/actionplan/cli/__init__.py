"""The command line: the app and its one error boundary, and commands that read, change or ask."""
