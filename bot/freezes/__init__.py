"""Freezes: from a day to a day no run changes anything at a school, or at an authority's schools."""
