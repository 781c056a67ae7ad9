"""What made the records in `data/`, beside the course's package: no lesson needs it.

`python -m experiments` in a checkout lists what there is.
"""
