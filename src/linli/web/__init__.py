"""The web floor: people and permissions, audit, jobs and pages over the library beneath.

Only this floor knows Django. `docs/web.md` says how an app is built here.
"""
