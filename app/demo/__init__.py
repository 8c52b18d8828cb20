"""What is there to see before anybody has written anything?"""
