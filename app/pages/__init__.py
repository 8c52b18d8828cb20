"""Where do readers read and reply in a browser?"""
