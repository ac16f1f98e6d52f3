"""The files on disk: `reading` opens a plan and changes nothing; `writing` is the one write.

Looking imports `reading` alone, so that it pays for no lock, no digest and no editor of TOML.
"""
