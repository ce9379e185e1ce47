"""Paper: painters of sheets, lists, labels, letters and envelopes, their preview, printer and PDF.

A page is painted when it is looked at and from memory only: nothing is written until somebody saves a
PDF. Every text is painted as plain text. Pages of the window import this room, widgets do not.
"""
