"""Everything that can be wrong with a plan or too rosy in it, a small function each.

A check has a code, a level, what it looks for, and what to do; it gives the refs that it finds with
a sentence each. *Problems* are of the plan itself; *challenges* are where a claim is rosier than
the facts. None changes what was declared. `listing` holds them all.
"""
