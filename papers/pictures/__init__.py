"""Where things stand in the site's pictures: numbers in, places in pixels out. No database and no SVG here."""
