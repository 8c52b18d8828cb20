"""How fast is Rejoinder, against nginx and Isso in the same run?

Begin with `__main__.py`; `names.py` lists what is measured.
"""
