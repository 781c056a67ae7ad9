"""The course as static pages, made from the executed notebooks: what `tools.make_site` calls."""
