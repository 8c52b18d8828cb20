"""Which words do our own pages have beside those of the reply form, in each language?"""
