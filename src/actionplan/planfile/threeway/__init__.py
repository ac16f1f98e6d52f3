"""The parts of a merge of two versions of a plan file against what it was; opens no file.

`sides` knows which side changed, and whose order holds; `blocks` cuts a text in blocks and pieces;
`arrays` takes the text of a list apart; `elements` merges a list, `weaving` a block; `renumbering`
gives new numbers to what both sides numbered alike; `agreement` says where a merge is not what the
data of the three versions call for.
"""
