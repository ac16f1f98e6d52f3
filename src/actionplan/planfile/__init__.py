"""The plan as text, both ways; opens no file.

`source` knows bytes, byte-order marks and line ends; `parsing` turns text into data; `values` knows
what one value may be, and `schema` which keys there are; `reader` turns data into frozen nouns and
lists every problem, with `joins` for those between nouns; `scanner` knows on which lines each key
stands; `edits` splices what differs between two plans into the text, and `writer` proves it;
`merging` makes one file of two against what both came from, and its parts are in `threeway`.
Looking imports the reader alone.
"""
