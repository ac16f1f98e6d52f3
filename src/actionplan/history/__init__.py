"""How we got here: one JSON object a line, only ever appended; opens no file.

`entries` writes the lines and knows the last one; `records` reads them, and tells what is damaged;
`states` rebuilds the plan as it stood after an entry, or at the end of a day; `external` says what
was changed by hand; `merging` joins the histories of two copies.
"""
