"""What the matrix test asks the routes of this app for."""

from linli.web.jobs.models import Job


def samples(city):
    """Return a job of somebody else at a district within, and one without; who may not see it gets nothing."""
    found = {}
    for path in (city.at["district"], "3301/330106/330106003/"):
        about = {"subject": f"{path} 的任务"}
        job = Job._all.create(kind="test.sleep", place=path, requested_by=city.user("", path), **about)
        for route in ("jobs:job", "jobs:progress"):
            found.setdefault(route, []).append(
                {"args": (job.pk,), "place": path, "method": "get", "data": None, "right": ("jobs", "view")}
            )
        found.setdefault("jobs:cancel", []).append(
            {"args": (job.pk,), "place": path, "method": "post", "data": {}, "right": ("jobs", "cancel")}
        )
    return found
