"""Other people's files: a path in, drafts and problems out, and no write of its own.

A file from outside is read in a process of its own (`apart` and `child`), which can open nothing
and has bounds on its memory and time. What comes back are plain values: drafts, or grids.
"""
