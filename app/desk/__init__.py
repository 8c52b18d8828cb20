"""Where do moderators decide in a browser?"""
