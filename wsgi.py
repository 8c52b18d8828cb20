"""What does a WSGI server load?"""

from app import create_app

app = create_app()
