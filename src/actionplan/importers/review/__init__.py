"""A review document to drafts: the lists of what must improve, and the document's own facts.

Nothing is made up: a draft is a passage of the document, whole, and what was passed over is said.
"""
