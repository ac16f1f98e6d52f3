"""One format each: a report in, text out. Only `terminal` knows colour and width."""
