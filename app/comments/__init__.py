"""What do readers say, and what becomes of it?"""
