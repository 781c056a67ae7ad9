"""The inside of trained cells: the skeleton that gate_lab and gru_lab have in common.

`inputs` has what can be read, and the cells that read it; `runs`, a cell that reads it with gates held, and
where one looks at it; `cached`, what is computed once; `panels`, the pictures. `labs.gate` and `labs.gru` add
their controls, their presets, and what they say of their cell.
"""
