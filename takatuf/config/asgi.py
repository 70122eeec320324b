"""The door for web servers."""

import os
import warnings

from django.core.asgi import get_asgi_application

# Static files are read in small blocks from the disk; that is what the warning is about.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
application = get_asgi_application()
