"""What is decided once for the whole site?"""
