"""Pictures: a value of `reports.pictures` drawn as a few shapes, and those written as a file.

`charts` draws by the module of each kind (`bars`, `columns`, `course`), which share `marks`, `axes`
and the `widths` of letters; `drawing` has the shapes; `svg` and `emf` write them.
"""
