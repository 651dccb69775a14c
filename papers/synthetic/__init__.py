"""Rows in great numbers, for benchmarks: made-up members, papers and texts, the same for the same seed.

They are written past the actions, by COPY; everything else about them is as the actions would have left it.
"""
