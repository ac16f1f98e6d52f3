"""A council's improvement action plan in one file, and a command line that keeps it honest."""
