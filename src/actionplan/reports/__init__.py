"""What each report says: sections and typed lines, no looks.

`blocks` are the parts that every renderer knows; `lines` the typed lines of tables; `lists` the
short answers (list, due, overdue); `cards` what there is to know of one thing; `paper` the report
to cabinet, from `position`, `sections` and `onepage`, which share a `basis`; `travel` what moved
between two days; `story` the log and what happened to one thing, with `wording` for a change in
words. A report is a value: a renderer turns it into text, and adds nothing.
"""
