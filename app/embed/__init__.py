"""How does a thread stand on somebody else's page?"""
