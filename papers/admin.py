"""The door Django's admin looks through. Organisers may look at and mend everything here."""

from django.apps import apps
from django.contrib import admin

for model in apps.get_app_config("papers").get_models():
    admin.site.register(model)
