"""How do moderators decide what is seen?"""
