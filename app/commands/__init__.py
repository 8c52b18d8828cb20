"""What do the commands do that people type?"""
