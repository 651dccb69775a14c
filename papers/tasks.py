"""The door Celery looks through for tasks. They are defined in the folder of their capability."""
