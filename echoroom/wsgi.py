import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echoroom.settings")

application = get_wsgi_application()

# A request makes many small objects and hardly a cycle: looking for cycles less often saves time. What was loaded so
# far stays, and need not be looked at again.
gc.freeze()
gc.set_threshold(50_000, 10, 10)
