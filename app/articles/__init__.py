"""What is published, and how does it fall into sections?"""
