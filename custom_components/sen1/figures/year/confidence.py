"""How sure is what is told of what will be: nine times of ten it lies between both ends. Pure."""

WITHIN_90 = 1.645
"""Standard deviations on either side that hold nine outcomes of ten."""
